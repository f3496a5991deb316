import type Database from 'better-sqlite3'

/** More than the program has; lists of values of every length make the rest. */
const mostStatements = 500

/**
 * Makes a connection keep its prepared statements: SQLite compiles a text of SQL once and not for every query,
 * which costs more than most queries do. The ones not used for longest go first.
 */
export function keepStatements(connection: Database.Database): void {
  const statements = new Map<string, Database.Statement>()
  const prepare = connection.prepare.bind(connection)
  const prepareOnce = (source: string): Database.Statement => {
    const kept = statements.get(source)
    // One that is running may not be used again before it ends.
    if (kept?.busy) return prepare(source)
    const statement = kept ?? prepare(withStablePlan(source))
    statements.delete(source)
    statements.set(source, statement)
    // The mode in which the last user left it.
    if (statement.reader) statement.raw(false)
    const [oldest] = statements.keys()
    if (statements.size > mostStatements && oldest !== undefined) statements.delete(oldest)
    return statement
  }
  connection.prepare = prepareOnce as typeof connection.prepare
}

/** Text and names in quotes, so that what stands in them is left alone, or a parameter. */
const quotedOrParameter = /'[^']*'|"[^"]*"|`[^`]*`|\?/g

/**
 * Writes every parameter `?` as `+?`, which is the same value. SQLite looks at the values of bare parameters when it
 * plans some statements, joins above all, and then plans them anew at every run: that takes several times as long as
 * to run them. Behind an operator it does not look, as with its setting `SQLITE_DBCONFIG_ENABLE_QPSG`, which the
 * driver does not offer.
 */
function withStablePlan(source: string): string {
  return source.replace(quotedOrParameter, (found) => (found === '?' ? '+?' : found))
}
