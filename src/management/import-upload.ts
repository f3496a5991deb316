import { createWriteStream } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Problem } from '../contract/errors.ts'

/** The most that is taken over HTTP, in bytes; the command line takes more. */
export const mostUploadBytes = 4_294_967_296

/** Says whose a folder is: of which process, on which machine. */
const ownPrefix = `copydesk-import-${hostname()}-`
/** What this process holds. */
const held = new Set<string>()

/** A file that was received. */
export interface Upload {
  readonly path: string
  readonly bytes: number
  remove(): Promise<void>
}

/**
 * Writes what is sent to a file of this process, piece by piece. Throws `payload-too-large`, and `unavailable` where the
 * disk has no room; nothing is left behind then.
 */
export async function receiveUpload(stream: NodeJS.ReadableStream): Promise<Upload> {
  const folder = await mkdtemp(join(tmpdir(), `${ownPrefix}${process.pid}-`))
  held.add(folder)
  const path = join(folder, 'upload')
  const remove = async () => {
    await rm(folder, { recursive: true, force: true })
    held.delete(folder)
  }
  let bytes = 0
  const limit = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes > mostUploadBytes)
        done(new Problem('payload-too-large', 'The body is over 4 GiB; import it at the command line.'))
      else done(null, chunk)
    },
  })
  try {
    await pipeline(stream, limit, createWriteStream(path))
    return { path, bytes, remove }
  } catch (error) {
    await remove()
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOSPC')
      throw new Problem('unavailable', 'There is no room on the disk for the upload.', { cause: error })
    // Whoever went away reads no answer; it is no failure of ours in the log.
    if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE')
      throw new Problem('request-timeout', 'The body did not arrive completely.', { cause: error })
    throw error
  }
}

/**
 * Removes what processes of this machine left behind that had no time to, because they were killed. What a living
 * process holds stays, and so does what another machine wrote to the same folder. Answers why something could not be
 * removed.
 */
export async function sweepUploads(): Promise<unknown[]> {
  const names = await readdir(tmpdir()).catch(() => [])
  const failures: unknown[] = []
  for (const name of names) {
    const pid = name.startsWith(ownPrefix)
      ? /^(\d+)-\w{6}$/.exec(name.slice(ownPrefix.length))?.[1]
      : undefined
    const folder = join(tmpdir(), name)
    if (pid === undefined || isHeld(folder, Number(pid))) continue
    await rm(folder, { recursive: true, force: true }).catch((error: unknown) => failures.push(error))
  }
  return failures
}

/** In a container every process has the same number as the one before it, so that its own are known by themselves. */
function isHeld(folder: string, pid: number): boolean {
  if (pid === process.pid) return held.has(folder)
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
