import { inArray, type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import type { Groups } from '../contract/filter.ts'
import type { TermKind } from '../contract/taxonomy.ts'
import type { Query } from '../db/engine.ts'
import type { SearchQuery } from '../search/query.ts'
import { commonTo } from './article-filter.ts'

/** Which published articles are wanted. What is absent does not matter. */
export interface PublishedFilter {
  readonly ids?: Groups | undefined
  readonly slug?: Groups | undefined
  readonly language?: Groups | undefined
  readonly section?: Groups | undefined
  readonly tag?: Groups | undefined
  readonly author?: Groups | undefined
  /** RFC 3339; these three leave out the instant itself. */
  readonly publishedAfter?: string | undefined
  readonly publishedBefore?: string | undefined
  readonly updatedAfter?: string | undefined
  readonly search?: SearchQuery | undefined
}

/** Values of which an article must have one, and how many articles have any of them, about. */
export interface Facet {
  /** Ids of terms, or languages. */
  readonly values: readonly string[]
  readonly count: number
  /** True when no article has two of them. */
  readonly areExclusive: boolean
}

/** A filter whose terms are looked up: an article must fulfil everything in it. */
export interface Wanted {
  readonly ids: readonly string[] | undefined
  readonly slugs: readonly string[] | undefined
  readonly facets: readonly Facet[]
  readonly published: Span
  readonly updated: Span
}

/** Instants between two others, which are themselves left out. */
export interface Span {
  readonly after?: string | undefined
  readonly before?: string | undefined
}

/** Looks up what a filter names, in one query at most; undefined when no article can fulfil it. */
export async function wantedOf(query: Query, filter: PublishedFilter): Promise<Wanted | undefined> {
  const single = (groups: Groups | undefined) => groups && commonTo(groups)
  const [ids, slugs, sections, languages] = [filter.ids, filter.slug, filter.section, filter.language].map(
    single,
  )
  const asked = [
    ...(sections ? [{ kind: 'section' as const, names: sections }] : []),
    ...(languages ? [{ kind: 'language' as const, names: languages }] : []),
    ...(filter.tag ?? []).map((names) => ({ kind: 'tag' as const, names })),
    ...(filter.author ?? []).map((names) => ({ kind: 'author' as const, names })),
  ]
  const isImpossible = [ids, slugs, ...asked.map(({ names }) => names)].some((names) => names?.length === 0)
  if (isImpossible) return undefined
  const known = await lookUp(query, asked)
  const facets = asked.map(({ kind, names }): Facet => {
    const found = names.flatMap((name) => known.get(`${kind} ${name}`) ?? [])
    const count = found.reduce((sum, facet) => sum + facet.count, 0)
    return {
      values: found.map((facet) => facet.id),
      count,
      areExclusive: kind === 'section' || kind === 'language',
    }
  })
  if (facets.some(({ values }) => values.length === 0)) return undefined
  return {
    ids,
    slugs,
    facets,
    published: { after: filter.publishedAfter, before: filter.publishedBefore },
    updated: { after: filter.updatedAfter },
  }
}

interface Named {
  readonly kind: TermKind | 'language'
  readonly names: readonly string[]
}

/** Ids and counts by kind and name. A language is its own id, known or not. */
async function lookUp(
  { sql: db, tables: t }: Query,
  asked: readonly Named[],
): Promise<Map<string, { id: string; count: number }>> {
  const namesOf = (kind: Named['kind']) => [
    ...new Set(asked.flatMap((named) => (named.kind === kind ? named.names : []))),
  ]
  const terms = (kind: TermKind, table: SQLWrapper): SQL[] => {
    const slugs = namesOf(kind)
    if (slugs.length === 0) return []
    return [
      sql`select ${sql.raw(`'${kind}'`)} as kind, term.slug as name, term.id as id, counted.count as count
        from ${table} term left join ${t.publishedCounts} counted on counted.facet = term.id
        where ${inArray(sql`term.slug`, slugs)}`,
    ]
  }
  const languages = namesOf('language')
  const known = new Map(languages.map((name) => [`language ${name}`, { id: name, count: 0 }]))
  // One filter alone is begun with, however many it has.
  if (asked.length === 1 && languages.length > 0) return known
  const parts = [
    ...terms('section', t.sections),
    ...terms('tag', t.tags),
    ...terms('author', t.authors),
    ...(languages.length === 0
      ? []
      : [
          sql`select 'language' as kind, facet as name, facet as id, count from ${t.publishedCounts}
            where ${inArray(sql`facet`, languages)}`,
        ]),
  ]
  if (parts.length === 0) return known
  const rows = await db
    .select({
      kind: sql<string>`kind`,
      name: sql<string>`name`,
      id: sql<string>`id`,
      count: sql<number | string | null>`count`,
    })
    .from(sql`(${sql.join(parts, sql` union all `)}) known`)
  for (const { kind, name, id, count } of rows)
    known.set(`${kind} ${name}`, { id, count: Number(count ?? 0) })
  return known
}
