import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { limitUpTo } from '../contract/list.ts'
import { suggestion } from '../contract/suggestion.ts'
import { id } from '../contract/text.ts'
import { rankSuggestions } from '../editorial/suggestions.ts'
import { type SiteAddress, slugAtUrl } from '../http/article-paths.ts'
import type { Db, Reader } from '../store/index.ts'

interface SuggestionOptions {
  readonly db: Db
  readonly site: SiteAddress
}

/** So many articles are looked at for their text. */
const mostSimilar = 50

/** What an article might link to. */
export const manageSuggestions: FastifyPluginAsyncZod<SuggestionOptions> = async (app, { db, site }) => {
  app.get(
    '/articles/:id/related/suggestions',
    {
      schema: {
        operationId: 'suggestRelatedLinks',
        tags: ['Articles'],
        summary: 'Suggest articles to link to',
        description:
          'Those that share tags, section or authors with this one, the best first; drafts too. Tags add up to 0.45 to the score, the text 0.35, section and authors 0.1 each; the first tag or author in common adds half of that, and each further one half of what is left. Neither the article itself is suggested nor what it links to already, nor what is in the trash or was killed. Of each tag and author the newest published articles are looked at, and of all articles and the section those that changed last.',
        params: z.strictObject({ id }),
        querystring: z.strictObject({ limit: limitUpTo(50, 10) }),
        response: { 200: z.strictObject({ data: z.array(suggestion) }) },
      },
      config: { permission: 'articles.read' },
    },
    async (request) => {
      const { limit } = request.query
      const suggest = async (reader: Reader) => {
        const article = await reader.articles.get(request.params.id)
        const similar = await reader.search.findSimilar(article.id, mostSimilar)
        const likeness = new Map(similar.map(({ id, score }) => [id, score]))
        const candidates = await reader.suggestionCandidates.find(article, {
          similar: likeness.keys(),
          excluded: await findLinked(reader, article.id, site),
        })
        return { data: rankSuggestions(candidates, { likeness, limit }) }
      }
      return db.read(suggest, { mayTakeLong: true })
    },
  )
}

/** The article itself and those that it links to, by their id or by their address on the site. */
async function findLinked(reader: Reader, articleId: string, site: SiteAddress): Promise<Set<string>> {
  const links = await reader.relatedLinks.listOf(articleId)
  const slugs = links.flatMap(({ url }) => (url === null ? [] : (slugAtUrl(url, site) ?? [])))
  const owners = await reader.slugs.ownersOf(slugs)
  return new Set([articleId, ...links.flatMap((link) => link.articleId ?? []), ...owners])
}
