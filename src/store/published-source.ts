import { eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import { fewestCommon } from '../search/search-index.ts'
import type { Facet, Wanted } from './published-filter.ts'
import { articleRows, facetRows, type Rows, type SortKey, spanOf, testsOf } from './published-tests.ts'

/**
 * Where the articles of a list are looked for: what the fewest articles have. They are gone through there, and each is
 * tested for the rest of the filter.
 */
export interface Source {
  /** The rows, called `w`. */
  readonly from: SQL
  readonly rows: Rows
  /** What rows are chosen by; where there are several, the rows of each are there in the order of an index. */
  readonly choices: readonly SQL[]
  /** What each of them is tested by. */
  readonly tests: readonly SQL[]
  /**
   * `walked`: many, in the order of the list by an index. `sorted`: few enough to be sorted. The span of the sort key
   * is not among the tests of those that are walked.
   */
  readonly reading: 'walked' | 'sorted'
  /** True when an article can be there more than once. */
  readonly repeats: boolean
}

/** What is searched for, as the index knows it. */
export interface FoundArticles {
  /** Rows of `article_id`: to begin with. */
  readonly rows: SQL
  /** To test articles by. */
  readonly test: (articleId: SQL) => SQL
  /** True when there are so many that it is better not to begin with them. */
  readonly isCommon: boolean
}

/** So many articles between two instants are sorted by something else; where there are more, the list is walked. */
const mostSorted = 5_000
const mostBranchTests = 400

/** Chooses where to look for the articles of a list in the order of `key`. */
export async function sourceOf(
  query: Query,
  wanted: Wanted,
  key: SortKey,
  found: FoundArticles | undefined,
): Promise<Source> {
  if (wanted.ids || wanted.slugs) return named(query, wanted, found)
  if (found && !found.isCommon) return foundFirst(query, wanted, found)
  const rarest = rarestOf(wanted.facets)
  const span = await findFewBetween(query, wanted, key, rarest)
  if (span) return few(query, wanted, span, found)
  return walkable(query, wanted, key, rarest, found)
}

/**
 * What the fewest articles have. Every value is a branch of the query with tests of its own, and to plan thousands of them
 * may take longer than to run the query: facets of that many values are only tested.
 */
export function rarestOf(facets: readonly Facet[]): Facet | undefined {
  return facets
    .filter(({ values }) => values.length * facets.length <= mostBranchTests)
    .toSorted((one, other) => one.count - other.count)[0]
}

/** All articles of a facet, or all that there are, in the order of `key`. */
export function walkable(
  query: Query,
  wanted: Wanted,
  key: SortKey,
  facet: Facet | undefined,
  found?: FoundArticles,
): Source {
  return facet ? ofFacet(query, wanted, key, facet, found) : all(query, wanted, key, found)
}

function named(query: Query, { ids, slugs, ...others }: Wanted, found: FoundArticles | undefined): Source {
  const rows = articleRows(query)
  const { publishedArticles: article } = query.tables
  const choice = ids ? inArray(sql`w.id`, [...ids]) : inArray(sql`w.slug`, [...(slugs ?? [])])
  const rest = { ...others, ids: undefined, slugs: ids && slugs }
  return {
    from: sql`${article} w`,
    rows,
    choices: [choice],
    tests: [...testsOf(query, rows, rest), ...isFound(rows, found)],
    reading: 'sorted',
    repeats: false,
  }
}

function foundFirst(query: Query, wanted: Wanted, found: FoundArticles): Source {
  const rows = articleRows(query)
  return {
    // The limit cuts nothing off, and makes sure that this is where the query begins.
    from: sql`(select article_id from ${found.rows} found limit ${fewestCommon}) f cross join ${rows.table} w`,
    rows,
    choices: [sql`w.id = f.article_id`],
    tests: testsOf(query, rows, wanted),
    reading: 'sorted',
    repeats: false,
  }
}

/** The articles of a facet, value by value. */
function ofFacet(
  query: Query,
  wanted: Wanted,
  key: SortKey,
  facet: Facet,
  found: FoundArticles | undefined,
): Source {
  const rows = facetRows(query)
  return {
    from: sql`${rows.table} w`,
    rows,
    choices: facet.values.map((value) => eq(sql`w.facet`, value)),
    tests: [...testsOf(query, rows, wanted, { facet, span: key }), ...isFound(rows, found)],
    reading: 'walked',
    repeats: facet.values.length > 1 && !facet.areExclusive,
  }
}

function all(query: Query, wanted: Wanted, key: SortKey, found: FoundArticles | undefined): Source {
  const rows = articleRows(query)
  return {
    from: sql`${rows.table} w`,
    rows,
    choices: [sql`1 = 1`],
    tests: [...testsOf(query, rows, wanted, { span: key }), ...isFound(rows, found)],
    reading: 'walked',
    repeats: false,
  }
}

type SpanKey = Exclude<SortKey, 'titleSort'>

/** The articles between two instants that the list is not ordered by. */
function between(query: Query, { published, updated }: Wanted, key: SpanKey): SQL | undefined {
  const { publishedArticles: article } = query.tables
  const rows = articleRows(query)
  const span = key === 'publishedAt' ? spanOf(rows.publishedAt, published) : spanOf(rows.updatedAt, updated)
  if (span.length === 0) return undefined
  return sql`${article} w where ${sql.join(span, sql` and `)} order by ${rows[key]} limit ${mostSorted}`
}

/**
 * The key whose span has so few articles that it is better to sort those: fewer than `mostSorted`, and than the rarest
 * facet has.
 */
async function findFewBetween(
  query: Query,
  wanted: Wanted,
  key: SortKey,
  rarest: Facet | undefined,
): Promise<SpanKey | undefined> {
  const keys = (['publishedAt', 'updatedAt'] as const).filter((other) => other !== key)
  const counts = keys.flatMap((other) => {
    const select = between(query, wanted, other)
    return select
      ? [sql`select '${sql.raw(other)}' as span, count(*) as count from (select 1 from ${select}) b`]
      : []
  })
  if (counts.length === 0) return undefined
  const rows = await query.sql
    .select({ span: sql<SpanKey>`span`, count: sql<number | string>`count` })
    .from(sql`(${sql.join(counts, sql` union all `)}) spans`)
  const most = Math.min(mostSorted, rarest?.count ?? mostSorted)
  const fewest = rows
    .map(({ span, count }) => ({ span, count: Number(count) }))
    .filter(({ count }) => count < most)
    .toSorted((one, other) => one.count - other.count)
  return fewest[0]?.span
}

function few(query: Query, wanted: Wanted, span: SpanKey, found: FoundArticles | undefined): Source {
  const rows = articleRows(query)
  return {
    from: sql`(select * from ${between(query, wanted, span)}) w`,
    rows,
    choices: [sql`1 = 1`],
    tests: [...testsOf(query, rows, wanted, { span }), ...isFound(rows, found)],
    reading: 'sorted',
    repeats: false,
  }
}

function isFound(rows: Rows, found: FoundArticles | undefined): SQL[] {
  return found ? [found.test(rows.id)] : []
}
