import type { Made, Write } from './write.ts'

/** What an article can be in, as far as it decides what may be done with it. */
export const articleStates = [
  'draft',
  'in-review',
  'approved',
  'scheduled',
  'published',
  'withdrawal-planned',
  'unpublished',
  'killed',
  'trashed',
] as const
export type ArticleState = (typeof articleStates)[number]

/** Makes an article and leads it into a state; `at` is when what is planned happens. */
export async function makeArticle(write: Write, state: ArticleState, at: string): Promise<Made> {
  const made = await write('POST', '/articles', { title: 'For once' })
  const path = `/articles/${made.id}`
  const act = (action: string, body?: object) => write('POST', `${path}/${action}`, body)
  const ways: Readonly<Record<ArticleState, () => Promise<unknown>>> = {
    draft: async () => {},
    'in-review': () => act('submit'),
    approved: async () => {
      await act('submit')
      await act('approve')
    },
    scheduled: () => act('publish', { at }),
    published: () => act('publish'),
    'withdrawal-planned': () => act('publish', { unpublishAt: at }),
    unpublished: async () => {
      await act('publish')
      await act('unpublish')
    },
    killed: () => act('kill', { reason: 'It was wrong.' }),
    trashed: () => write('DELETE', path),
  }
  await ways[state]()
  return made
}
