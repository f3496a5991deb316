import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Problem } from '../contract/errors.ts'

/** The most that is taken over HTTP, in bytes; the command line takes more. */
export const mostUploadBytes = 1_073_741_824

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
  const folder = await mkdtemp(join(tmpdir(), 'copydesk-import-'))
  const path = join(folder, 'upload')
  const remove = () => rm(folder, { recursive: true, force: true })
  let bytes = 0
  const limit = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes > mostUploadBytes)
        done(new Problem('payload-too-large', 'The body is over 1 GiB; import it at the command line.'))
      else done(null, chunk)
    },
  })
  try {
    await pipeline(stream, limit, createWriteStream(path))
    return { path, bytes, remove }
  } catch (error) {
    await remove()
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new Problem('unavailable', 'There is no room on the disk for the upload.', { cause: error })
    throw error
  }
}
