/** Which server and database a URL names, for people: never the password. */
export function databaseName(databaseUrl: string): string {
  const { hostname, port, pathname } = new URL(databaseUrl)
  return `${hostname}:${port || 5432}${pathname}`
}
