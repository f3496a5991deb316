import { randomBytes } from 'node:crypto'

/** Stands for stored JSON in a text that is being written; nobody can guess it, so nothing else holds it. */
const mark = `stored-json-${randomBytes(16).toString('hex')}`
const quotedMark = JSON.stringify(mark)

/** What stands behind the marks of the text that is being written. */
let standing: Buffer[] | undefined

/**
 * JSON as it is stored, in UTF-8. Answers repeat it as it is; it is parsed only when somebody looks into it, because to
 * parse a body and write it again takes longer than all else that an article needs.
 */
export class StoredJson<T> {
  readonly bytes: Buffer
  #parsed: { readonly value: T } | undefined

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  get value(): T {
    this.#parsed ??= { value: JSON.parse(this.bytes.toString()) as T }
    return this.#parsed.value
  }

  toJSON(): unknown {
    if (!standing) return this.value
    standing.push(this.bytes)
    return mark
  }
}

/** The bytes of `JSON.stringify(content)`, to the byte, with the stored JSON in it copied and not written anew. */
export function jsonBytes(content: object): Buffer {
  const parts: Buffer[] = []
  standing = parts
  try {
    const [first = '', ...others] = JSON.stringify(content).split(quotedMark)
    return Buffer.concat([
      Buffer.from(first),
      ...others.flatMap((text, index) => [parts[index] ?? Buffer.alloc(0), Buffer.from(text)]),
    ])
  } finally {
    standing = undefined
  }
}
