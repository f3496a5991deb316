import type { Check } from './check.ts'
import { facets, searchCheck } from './lists.ts'
import { placements, schedule } from './plans.ts'
import { publishedCopies } from './published-copies.ts'
import { sellers } from './sellers.ts'
import { references, slugs } from './structure.ts'
import { workingCopies } from './working-copies.ts'

/** What a database that can be read is looked at for; what later ones build on comes first. */
export const contentChecks: readonly Check[] = [
  references,
  slugs,
  workingCopies,
  publishedCopies,
  facets,
  searchCheck('search of working copies', 'searchIndex'),
  searchCheck('search of what is public', 'publicSearchIndex'),
  schedule,
  placements,
  sellers,
]
