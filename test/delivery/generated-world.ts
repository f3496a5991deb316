import { type NewsroomPlan, type PlannedWords, termsOf, timeline } from '../../bench/filling/plan.ts'
import { languages, vocabularyOf } from '../../bench/filling/vocabulary.ts'
import type { ModelArticle, ModelNames } from './list-world.ts'

/**
 * What the public sees of a generated newsroom, said from its plan alone: nothing of the program takes part. `addresses`
 * are the ids and slugs of its articles by their numbers.
 */
export function publicOf(
  plan: NewsroomPlan,
  addresses: readonly { readonly id: string; readonly slug: string }[],
): ModelArticle[] {
  const copies = new Map<number, Omit<ModelArticle, 'publishedAt' | 'updatedAt' | 'words'>>()
  const texts = new Map<number, PlannedWords>()
  const published = new Map<number, ModelArticle>()
  for (const { at, article, deed } of timeline(plan)) {
    const instant = new Date(at).toISOString()
    if (deed.what === 'create') {
      const { section, tags, authors, language } = deed.content
      const { id = '', slug = '' } = addresses[article] ?? {}
      const terms = { section, tags, authors: authors.map((author) => author.slug), language }
      copies.set(article, { id, slug, titleKey: deed.words.titleSort, ...terms })
      texts.set(article, deed.words)
    }
    const copy = copies.get(article)
    const text = texts.get(article)
    if (!copy || !text) throw new Error('an article was not made before something was done to it')
    if (deed.what === 'patch') texts.set(article, { ...text, subtitle: deed.words })
    if (deed.what === 'unpublish' || deed.what === 'kill') published.delete(article)
    if (deed.what !== 'publish') continue
    const { title, subtitle, excerpt, body } = text
    published.set(article, {
      ...copy,
      publishedAt: published.get(article)?.publishedAt ?? deed.at ?? instant,
      updatedAt: instant,
      words: [...new Set([...title, ...subtitle, ...excerpt, ...body])],
    })
  }
  return [...published.values()]
}

/** What lists of it can be filtered by. */
export function namesOf(plan: NewsroomPlan): ModelNames {
  const slugs = (kind: string) => termsOf(plan).flatMap((term) => (term.kind === kind ? [term.slug] : []))
  return {
    sections: slugs('section'),
    tags: slugs('tag'),
    authors: slugs('author'),
    languages: Object.keys(languages),
    words: vocabularyOf('en').map(([, folded]) => folded),
  }
}
