import { Problem } from '../contract/errors.ts'

/** What others may refer to, so that it cannot be deleted; named in sentences. */
const words = {
  article: { one: 'An article', many: 'articles' },
  'ad-placement': { one: 'A placement', many: 'placements' },
  creative: { one: 'A creative', many: 'creatives' },
} as const

interface Usages {
  readonly count: number
  /** Some of them, with what the answer tells of each. */
  readonly rows: readonly { readonly id: string }[]
}

/** Throws `in-use`, with the usages, where something of that type refers to what is to be deleted. */
export function checkUnused(what: string, type: keyof typeof words, { count, rows }: Usages): void {
  if (count === 0) return
  const { one, many } = words[type]
  const detail = count === 1 ? `${one} refers to this ${what}.` : `${count} ${many} refer to this ${what}.`
  throw new Problem('in-use', detail, {
    extensions: { usageCount: count, usages: rows.map((row) => ({ type, ...row })) },
  })
}
