import { randomBytes } from 'node:crypto'

/** How every canary begins, so that one look tells whether a text may hold any. */
const mark = 'cnry'

export type Canaries = ReturnType<typeof createCanaries>

/** Random words that stand in one place each. Where one shows up says what has leaked. */
export function createCanaries() {
  const places = new Map<string, string>()

  return {
    /** A new word for a place. */
    make(place: string): string {
      const letters = [...randomBytes(16)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('')
      const word = `${mark}${letters}`
      places.set(word, place)
      return word
    },

    /** Watches a text that was not made here, such as an id or a token. */
    watch(text: string, place: string): void {
      places.set(text, place)
    },

    /** The places whose canaries stand in a text, but for those that whoever gets it has sent. */
    findIn(text: string, sent = ''): string[] {
      const whole = unwrapped(text)
      const words = [...places].filter(
        ([word]) => (!word.startsWith(mark) || whole.includes(mark)) && whole.includes(word),
      )
      if (words.length === 0) return []
      const known = unwrapped(sent)
      return words.flatMap(([word, place]) => (known.includes(word) ? [] : [place]))
    },
  }
}

/** The text with what is packed in it: percent-encoding, and cursors, which are base64url. */
function unwrapped(text: string): string {
  const cursors = [...text.matchAll(/(?:"next":"|cursor=)([\w-]+)/g)].map(([, cursor = '']) =>
    Buffer.from(cursor, 'base64url').toString(),
  )
  const plain = text.includes('%') ? text.replace(/%([0-9a-f]{2})/gi, decoded) : ''
  return [text, plain, ...cursors].join(' ')
}

function decoded(_: string, code: string): string {
  return String.fromCharCode(Number.parseInt(code, 16))
}
