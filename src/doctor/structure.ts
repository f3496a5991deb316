import type { Check } from './check.ts'

/** Rows that name other rows which are not there. */
export const references: Check = {
  name: 'references',
  async *find({ reader }) {
    for (const { reference, count, isDeleted } of await reader.inspection.findOrphans()) {
      const { table, column, parent, isNullable } = reference
      const what = `${count} rows of ${table} name in ${column} what is not in ${parent}`
      if (!isDeleted && !isNullable) yield { what }
      else
        yield {
          what,
          mend: async (db) => {
            await db.write((tx) => tx.inspection.mendOrphans(reference))
            return isDeleted ? 'deleted them' : `set ${column} to null`
          },
        }
    }
  },
}

/** Slugs that are not kept for those who have them, or are kept for nobody. */
export const slugs: Check = {
  name: 'slugs',
  async *find({ reader }) {
    const untaken = await reader.inspection.findUntakenSlugs()
    const idle = await reader.inspection.findIdleSlugs()
    for (const { slug, articleId } of untaken)
      yield {
        what: `the slug ${slug} of the article ${articleId} is not kept for it`,
        mend: async (db) => {
          const isTaken = await db.write((tx) => tx.slugs.reserve(slug, articleId))
          if (!isTaken) throw new Error('another article has it; give one of them another slug')
          return 'kept it'
        },
      }
    for (const fault of idle)
      yield {
        what: `the slug ${fault.slug} is kept for the article ${fault.articleId}, which does not have it`,
        mend: async (db) => {
          await db.write((tx) => tx.inspection.releaseSlug(fault))
          return 'gave it back'
        },
      }
  },
}
