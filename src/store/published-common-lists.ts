import { sql } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import { statement } from '../db/statement.ts'
import type { Facet, Wanted } from './published-filter.ts'
import { type ListedRow, readRows } from './published-rows.ts'
import { rarestOf, walkable } from './published-source.ts'
import { inOrder, keyOf, type Part, type PublishedSort, walkFrom } from './published-walk.ts'

/**
 * The lists that sites ask for all the time: everything, or what has one or two facets. There are so few kinds of them
 * that a connection keeps a statement for each.
 */

const mostFacets = 2

/** True for a filter of this kind. */
export function isCommonList({ ids, slugs, facets, published, updated }: Wanted): boolean {
  const limits = [ids, slugs, published.after, published.before, updated.after, updated.before]
  return (
    limits.every((limit) => limit === undefined) &&
    facets.length <= mostFacets &&
    facets.every(({ values }) => values.length === 1)
  )
}

type Statement = ReturnType<typeof statement<ListedRow[]>>
const statements = new Map<string, Statement>()

/** The rows of a part of such a list. */
export function readCommonList(query: Query, { facets }: Wanted, part: Part): Promise<ListedRow[]> {
  const { sort, after, limit } = part
  const rarest = rarestOf(facets)
  const kind: Kind = {
    sort,
    isFirst: after === undefined,
    facets: facets.length,
    rarest: rarest && facets.indexOf(rarest),
  }
  const values = facets.map((facet, index) => [nameOf(index), facet.values[0]])
  return statementOf(kind)(query, { ...Object.fromEntries(values), limit, key: after?.[0], id: after?.[1] })
}

interface Kind {
  readonly sort: PublishedSort
  readonly isFirst: boolean
  readonly facets: number
  /** Which of them is begun with. */
  readonly rarest: number | undefined
}

function statementOf(kind: Kind): Statement {
  const name = Object.values(kind).join(' ')
  const known = statements.get(name)
  if (known) return known
  const made = statement((query) => listOfKind(query, kind))
  statements.set(name, made)
  return made
}

function listOfKind(query: Query, { sort, isFirst, facets, rarest }: Kind) {
  const any = Array.from(
    { length: facets },
    (_, index): Facet => ({ values: [placeholder(nameOf(index))], count: 0, areExclusive: true }),
  )
  const wanted: Wanted = { ids: undefined, slugs: undefined, facets: any, published: {}, updated: {} }
  const after: Part['after'] = isFirst ? undefined : [placeholder('key'), placeholder('id')]
  const part: Part = { sort, after, limit: placeholder('limit') }
  const source = walkable(query, wanted, keyOf(sort), rarest === undefined ? undefined : any[rarest])
  return readRows(query, walkFrom(source, wanted, part), inOrder(sort, 'page'))
}

function nameOf(index: number): string {
  return `facet${index}`
}

/** Stands for a value until the statement is run. */
function placeholder<Value extends string | number>(name: string): Value {
  return sql.placeholder(name) as unknown as Value
}
