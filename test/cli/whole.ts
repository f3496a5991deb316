import { readdirSync } from 'node:fs'
import Database from 'better-sqlite3'
import { expect } from 'vitest'

/** Each query finds what a write that was cut in two would leave behind. */
const faults: Readonly<Record<string, string>> = {
  'articles without a body':
    'select id from articles where id not in (select article_id from article_bodies)',
  'articles whose versions are not all kept': `
    select id from articles where version <> (select count(*) from revisions where article_id = id)
      or version <> (select max(version) from revisions where article_id = id)`,
  'articles that their last revision does not show': `
    select id from articles join revisions r on r.article_id = id and r.version = articles.version
    where snapshot not like '%' || json_quote(title) || '%'`,
  'articles without their slug': `
    select id from articles where not exists (select 1 from slugs where article_id = id and slugs.slug = articles.slug)`,
  'articles without a change': `
    select id from articles
    where version <> (select count(*) from changes where subject_type = 'article' and subject_id = id)`,
  'articles without the page that they came from':
    'select id from articles where id not in (select article_id from import_sources)',
  'articles that are public in another version': `
    select a.id from articles a left join published_articles p on p.id = a.id
    where p.version is not a.published_version or (p.id is not null and p.title <> a.title)`,
  'public articles that have no working copy': `
    select id from published_articles where id not in (select id from articles)`,
  'public articles with another body': `
    select id from published_articles
    where (select body from published_bodies where article_id = id)
      is not (select body from article_bodies where article_id = id)`,
  'public articles with other links': `
    select id from published_articles
    where (select group_concat(id || title) from published_related_links where article_id = published_articles.id)
      is not (select group_concat(id || title) from related_links where article_id = published_articles.id)`,
  'public articles that readers do not find': `
    select id from published_articles where id not in (select article_id from published_search)`,
  'counts that are not those of what is public': `
    select facet from published_counts where count <>
      (select count(*) from published_article_tags where tag_id = facet)
      + (select count(*) from published_article_authors where author_id = facet)
      + (select count(*) from published_articles where section_id = facet or language = facet)`,
  'ads that are not those of the page': `
    select s.article_id from import_sources s
    where (select count(*) from ad_placements where scope_id = s.article_id) <> json_array_length(s.placement_ids)
      or exists (select 1 from json_each(s.placement_ids) where value not in (select id from ad_placements))`,
  'ads of no article': `
    select id from ad_placements where scope_id not in (select id from articles)`,
  'gaps in the public changes': `
    select public_seq from changes where public_seq is not null
      and public_seq > 1 and public_seq - 1 not in (select public_seq from changes where public_seq is not null)`,
}

const migrations = readdirSync(new URL('../../migrations/sqlite', import.meta.url)).filter((name) =>
  name.endsWith('.sql'),
).length

/**
 * Opens the file as the next start would and expects every article in it to be whole. Answers how many there
 * are; undefined when not all tables are there yet.
 */
export function expectWhole(path: string): number | undefined {
  const connection = new Database(path)
  try {
    expect(connection.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(connection.pragma('foreign_key_check')).toEqual([])
    const tables = connection.prepare("select name from sqlite_schema where type = 'table'").pluck().all()
    if (tables.length === 0) return undefined
    const applied = connection.prepare('select count(*) from migrations').pluck().get()
    expect(applied).toBeGreaterThan(0)
    // Each is a transaction of its own, and before the last one nothing is written.
    if (applied !== migrations) {
      expect(connection.prepare('select count(*) from articles').pluck().get()).toBe(0)
      return undefined
    }
    for (const [name, sql] of Object.entries(faults))
      expect(connection.prepare(sql).pluck().all(), name).toEqual([])
    return connection.prepare('select count(*) from articles').pluck().get() as number
  } finally {
    connection.close()
  }
}
