import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { Decrypter, Encrypter } from 'age-encryption'
import { CommandError } from './context.ts'

/**
 * Files that are sealed with a passphrase, in the format of age (age-encryption.org/v1): whoever has the `age` program
 * and the passphrase can open them without Copydesk.
 */

const magic = 'age-encryption.org/v1'

/** Whether a file is sealed. */
export async function isSealed(file: string): Promise<boolean> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(magic.length), 0, magic.length, 0)
    return buffer.toString('latin1', 0, bytesRead) === magic
  } finally {
    await handle.close()
  }
}

/** Writes a sealed copy and opens it again, to know that it can be. Throws where what comes back is not the same. */
export async function seal(file: string, target: string, passphrase: string): Promise<void> {
  const encrypter = new Encrypter()
  encrypter.setPassphrase(passphrase)
  await write(await encrypter.encrypt(bytesOf(file)), target)
  const [given, back] = await Promise.all([
    hashOf(bytesOf(file)),
    hashOf(await openedBytes(target, passphrase)),
  ])
  if (given !== back) throw new CommandError(`${target} does not open to what was sealed; try again`)
}

/** Writes what a sealed file holds. Throws CommandError where the passphrase is another, or the file is damaged. */
export async function unseal(file: string, target: string, passphrase: string): Promise<void> {
  try {
    await write(await openedBytes(file, passphrase), target)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== undefined) throw error
    throw new CommandError(
      `${file} cannot be opened: the passphrase is another one, or the file is damaged`,
      {
        cause: error,
      },
    )
  }
}

function openedBytes(file: string, passphrase: string): Promise<ReadableStream<Uint8Array>> {
  const decrypter = new Decrypter()
  decrypter.addPassphrase(passphrase)
  return decrypter.decrypt(bytesOf(file) as never) as never
}

function bytesOf(file: string): ReadableStream<Uint8Array> {
  return Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>
}

/** Readable by its owner alone. */
function write(bytes: unknown, target: string): Promise<void> {
  return pipeline(
    Readable.fromWeb(bytes as ReadableStream),
    createWriteStream(target, { mode: 0o600, flush: true }),
  )
}

async function hashOf(bytes: ReadableStream<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of bytes) hash.update(chunk)
  return hash.digest('hex')
}
