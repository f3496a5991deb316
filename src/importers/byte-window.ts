/**
 * The bytes of a file that are being looked at: what arrives is put behind, and what is done with is dropped in front.
 * Each byte is moved a few times at most, however the file is cut.
 */
export class ByteWindow {
  #buffer = Buffer.alloc(1 << 20)
  #start = 0
  #end = 0

  /** What is held. It is valid until the next `append`. */
  get bytes(): Buffer {
    return this.#buffer.subarray(this.#start, this.#end)
  }

  append(bytes: Uint8Array): void {
    const held = this.bytes
    const needed = held.length + bytes.length
    if (needed > this.#buffer.length) {
      const larger = Buffer.alloc(2 * needed)
      held.copy(larger)
      this.#buffer = larger
    } else if (this.#start > 0) this.#buffer.copyWithin(0, this.#start, this.#end)
    this.#buffer.set(bytes, held.length)
    this.#start = 0
    this.#end = needed
  }

  /** Drops so many bytes in front. */
  drop(count: number): void {
    this.#start += count
  }
}
