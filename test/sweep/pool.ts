/** What readers might ask with: whatever either world has ever held, hidden or not, and what they were answered. */

export const kinds = [
  ...(['shown slug', 'shown id', 'slug', 'id', 'word', 'instant', 'path'] as const),
  ...(['token', 'cursor', 'etag', 'number', 'odd'] as const),
]
export type Kind = (typeof kinds)[number]

/** Of what answers bring along, the newest are kept. */
const mostKept: Partial<Record<Kind, number>> = { cursor: 60, etag: 120 }

const idForm = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const instantForm = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/
/** Members whose text readers may look for. */
const worded = new Set(['title', 'name', 'subtitle', 'text', 'excerpt', 'credit', 'reason', 'note'])

export type Pool = ReturnType<typeof createPool>

export function createPool() {
  const values: Record<Kind, Set<string>> = {
    'shown slug': new Set(['no-such-thing']),
    'shown id': new Set(['018ced2a-4000-7000-8000-00000000abcd']),
    slug: new Set(['no-such-thing']),
    id: new Set(['018ced2a-4000-7000-8000-00000000abcd']),
    word: new Set(['nothing']),
    instant: new Set(['1970-01-01T00:00:00Z', '2999-01-01T00:00:00+02:00']),
    path: new Set(['/']),
    token: new Set(['nothing']),
    cursor: new Set(['bm90aGluZw']),
    etag: new Set(['*', '"1"', '"2"', 'W/"1"']),
    number: new Set(['0', '1', '2', '3', '100', '-1']),
    odd: new Set([
      '',
      '*',
      '%',
      "' or 1=1 --",
      'id:asc',
      '[gte]',
      'null',
      '😀',
      ',',
      '"a" -b',
      '(',
      'en',
      'und',
    ]),
  }
  const previewOf = new Map<string, string>()

  function add(kind: Kind, value: string): void {
    const set = values[kind]
    set.add(value)
    const [oldest] = set
    if (set.size > (mostKept[kind] ?? Number.POSITIVE_INFINITY) && oldest !== undefined) set.delete(oldest)
  }

  function gatherText(name: string, text: string, shown: '' | 'shown '): void {
    if (idForm.test(text)) add(`${shown}id`, text)
    else if (instantForm.test(text)) add('instant', text)
    else if (name === 'slug' || name === 'key') {
      add(`${shown}slug`, text)
      add('path', `/${text}`)
    } else if (worded.has(name)) for (const word of text.split(/\s+/).filter(Boolean)) add('word', word)
  }

  function gatherFrom(value: unknown, name: string, shown: '' | 'shown '): void {
    if (typeof value === 'string') gatherText(name, value, shown)
    else if (typeof value === 'object' && value !== null)
      for (const [key, member] of Object.entries(value))
        gatherFrom(member, Array.isArray(value) ? name : key, shown)
  }

  return {
    values,
    add,
    /** Takes what editors are answered, by the form of the values and the names of their members. */
    gather: (answer: unknown) => gatherFrom(answer, '', ''),
    /** The same of what strangers are answered. */
    gatherShown: (answer: unknown) => gatherFrom(answer, '', 'shown '),

    /** Adds a preview token with one that differs by a character. */
    addPreviewToken(token: string, articleId: string): void {
      previewOf.set(token, articleId)
      add('token', token)
      add(
        'token',
        token.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
      )
    },

    /** True when a URL holds a preview token and the article that it opens: who has both is no stranger. */
    isPreview(url: string): boolean {
      return [...previewOf].some(([token, articleId]) => url.includes(token) && url.includes(articleId))
    },
  }
}
