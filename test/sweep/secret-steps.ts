import { secretAds } from './secret-ads.ts'
import { secretArticles } from './secret-articles.ts'
import { secretEdits } from './secret-edits.ts'
import { secretLists } from './secret-lists.ts'

/** What happens in the twin alone, and what the public must not notice anything of. */
export const secretSteps = { ...secretArticles, ...secretLists, ...secretEdits, ...secretAds } as const
