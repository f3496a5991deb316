/** An article that the page names as related; the page gives no target. */
export interface PageRelated {
  title: string
  excerpt: string | null
}

/** A line that opens the list of related articles. */
export function isRelatedHeading(line: string): boolean {
  return /^related\s+articles:?$/i.test(line)
}

/**
 * Pairs titles with their teasers. A teaser is told from a title by its end: a full stop or an ellipsis. When
 * most second lines end so and no first line does, the list simply alternates, and a teaser without such an
 * end is taken too. Otherwise some titles have no teaser (or none has), and only a line that ends so is one.
 */
export function pairRelated(lines: readonly string[]): PageRelated[] {
  const alternates = doesAlternate(lines)
  const related: PageRelated[] = []
  let index = 0
  while (index < lines.length) {
    const next = lines[index + 1]
    const excerpt = next !== undefined && (alternates || endsLikeTeaser(next)) ? next : null
    related.push({ title: lines[index] ?? '', excerpt })
    index += excerpt === null ? 1 : 2
  }
  return related
}

function doesAlternate(lines: readonly string[]): boolean {
  const firsts = lines.filter((_, index) => index % 2 === 0)
  const seconds = lines.filter((_, index) => index % 2 === 1)
  return !firsts.some(endsLikeTeaser) && seconds.filter(endsLikeTeaser).length > seconds.length / 2
}

function endsLikeTeaser(line: string): boolean {
  // Only the end is looked at: a search through a long line of closing marks would be quadratic.
  return /[.…。۔।።]["'”’»›)\]」』]*$/u.test(line.slice(-10))
}
