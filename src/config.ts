import { z } from 'zod'

/**
 * The environment, described once: parsing, `copydesk serve --help` and the README table come from here.
 * Every variable has a description; a wrong value stops the start with a line that names it.
 */

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

function wholeNumber(from: number, to: number) {
  const error = `must be a whole number from ${from} to ${to}`
  return z
    .string()
    .regex(/^\d{1,9}$/, error)
    .transform(Number)
    .refine((value) => value >= from && value <= to, error)
}

function absoluteUrl(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
}

const commaSeparated = z
  .string()
  .default('')
  .transform((list) =>
    list
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  )

const settings = z.object({
  HOST: z.string().min(1).default('127.0.0.1').describe('address to listen on; `0.0.0.0` for all'),
  PORT: wholeNumber(0, 65_535).prefault('3000').describe('port to listen on; `0` takes a free one'),
  WORKERS: z
    .string()
    .regex(/^(auto|[1-9]\d{0,2})$/, 'must be auto or a whole number from 1 to 999')
    .transform((value) => (value === 'auto' ? value : Number(value)))
    .prefault('1')
    .describe(
      'processes that share the port and serve as one instance: as many as there are cores for `auto`',
    ),
  DATABASE_URL: z
    .string()
    .refine(isDatabaseUrl, 'must be file:<path> or postgres://<user>:<password>@<host>/<database>')
    .default('file:./data/copydesk.db')
    .describe(
      '`file:<path>` of an SQLite database, made when absent, or `postgres://user:password@host/database`',
    ),
  DATABASE_POOL_SIZE: wholeNumber(2, 1000)
    .prefault('10')
    .describe('PostgreSQL connections of each worker to each database, at most'),
  DATABASE_REPLICA_URLS: commaSeparated
    .refine(
      (urls) => urls.every(isPostgresUrl),
      'must be postgres://<user>:<password>@<host>/<database>, several separated by commas',
    )
    .describe(
      'streaming replicas of a PostgreSQL `DATABASE_URL`, separated by commas, to which the public reads go',
    ),
  ADMIN_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]*$/, 'must be printable ASCII without spaces')
    .min(32, 'must have at least 32 characters')
    .max(4096, 'must have at most 4096 characters')
    .optional()
    .describe('a bearer token with the admin role, at least 32 characters'),
  RATE_LIMIT_WRITES_PER_SECOND: wholeNumber(0, 1_000_000)
    .prefault('100')
    .describe(
      'writes a second of one token on the management API, in the long run; `0` for no limit. Counted in each instance by itself, over all its workers',
    ),
  RATE_LIMIT_WRITE_BURST: wholeNumber(1, 1_000_000)
    .prefault('1000')
    .describe('writes of one token that may come at once after a pause'),
  RATE_LIMIT_FAILED_AUTH_PER_MINUTE: wholeNumber(0, 1_000_000)
    .prefault('60')
    .describe(
      'wrong tokens a minute from one address (of IPv6, one /64), all of which may come at once; `0` for no limit. A valid token is let in all the same. Counted like those',
    ),
  PUBLIC_URL: z
    .string()
    .refine(isBaseUrl, 'must be an absolute http or https URL without query, fragment or credentials')
    .transform((value) => value.replace(/\/+$/, ''))
    .optional()
    .describe('where the site is on the web, such as `https://news.example`; makes absolute links'),
  ARTICLE_PATH: z
    .string()
    .regex(/^\/[^?#]*\{slug\}[^?#]*$/, 'must begin with / and hold {slug}')
    .default('/{slug}')
    .describe('path of an article on the site; holds `{slug}`'),
  SITE_NAME: z
    .string()
    .max(200, 'must have at most 200 characters')
    .refine((value) => value.trim() !== '', 'must not be blank')
    .transform((value) => value.trim().normalize('NFC'))
    .optional()
    .describe(
      'name of the site, the publisher in feeds, sitemaps and JSON-LD; feeds and sitemaps have the host of `PUBLIC_URL` without it',
    ),
  SITE_LANGUAGE: z
    .string()
    .refine(isLanguageTag, 'must be a language tag (BCP 47), such as en or fr-CA')
    .default('en')
    .describe('language of articles that name none (BCP 47)'),
  TRASH_DAYS: wholeNumber(0, 36_500)
    .prefault('30')
    .describe('days after which what is in the trash is deleted for good; `0` for never'),
  REVISIONS_KEEP: wholeNumber(0, 1_000_000)
    .prefault('100')
    .describe(
      'versions of an article that are kept, the newest ones; `0` for all. The published one and pinned ones always are',
    ),
  REVISIONS_DAYS: wholeNumber(0, 36_500)
    .prefault('0')
    .describe(
      'days after which older versions of articles are deleted, as above; `0` for never. The current one always stays',
    ),
  AD_REPEAT_MINUTES: wholeNumber(1, 2_880)
    .prefault('30')
    .describe('minutes in which the same event of the same ad, page and reader is counted once'),
  RESPONSE_CACHE_MIB: wholeNumber(0, 16_384)
    .prefault('64')
    .describe(
      'memory for answers of the public API, in MiB, in each worker; `0` for none. They are exact, and go when anything public changes',
    ),
  CHANGE_STREAM_CLIENTS: wholeNumber(0, 9_000)
    .prefault('1000')
    .describe('clients that may follow the stream of changes at once, in each worker; more are answered 503'),
  CHANGE_STREAM_HEARTBEAT_SECONDS: wholeNumber(1, 25)
    .prefault('15')
    .describe(
      'how often the stream of changes sends a comment, so that no proxy takes the connection for dead',
    ),
  OVERLOAD_REQUESTS: wholeNumber(0, 100_000)
    .prefault('500')
    .describe(
      'requests that each process works on at once; more are answered 503 with `Retry-After`, but for what is cached. `0` for no limit',
    ),
  OVERLOAD_TURN_MS: wholeNumber(0, 60_000)
    .prefault('250')
    .describe(
      'milliseconds that requests which come at once may keep a process busy; the rest of them are answered 503, as above. `0` for no limit',
    ),
  LOG_LEVEL: z
    .enum(logLevels, `must be one of ${logLevels.join(', ')}`)
    .default('info')
    .describe(logLevels.map((level) => `\`${level}\``).join(', ')),
  TRUST_PROXY: z
    .string()
    .transform((list, context) => {
      const addresses = list.split(',').map((address) => address.trim())
      if (addresses.every((address) => proxyAddress.safeParse(address).success)) return addresses
      context.addIssue('must be addresses or ranges, separated by commas, such as 10.0.0.0/8')
      return z.NEVER
    })
    .optional()
    .describe('addresses or ranges of proxies whose `X-Forwarded-*` headers are believed; none by default'),
  CORS_ORIGINS: commaSeparated
    .refine(
      (origins) => origins.every((origin) => absoluteUrl(origin) && new URL(origin).origin === origin),
      'must be origins such as https://desk.example, separated by commas',
    )
    .describe('origins of browser apps that may call the management API, separated by commas'),
})

const environment = settings.refine(
  ({ DATABASE_URL, DATABASE_REPLICA_URLS: urls }) => urls.length === 0 || isPostgresUrl(DATABASE_URL),
  { path: ['DATABASE_REPLICA_URLS'], error: 'needs a DATABASE_URL of PostgreSQL: SQLite has no replicas' },
)

/** An address, a range in CIDR notation, or one of the names that proxy-addr knows for ranges. */
const proxyAddress = z.union([
  z.ipv4(),
  z.ipv6(),
  z.cidrv4(),
  z.cidrv6(),
  z.enum(['loopback', 'linklocal', 'uniquelocal']),
])

/** An absolute URL to which a path can be added. */
function isBaseUrl(value: string): boolean {
  if (!absoluteUrl(value)) return false
  const { search, hash, username, password } = new URL(value)
  return search === '' && hash === '' && username === '' && password === '' && !/[?#]$/.test(value)
}

export function isDatabaseUrl(value: string): boolean {
  return /^file:.+/.test(value) || isPostgresUrl(value)
}

function isPostgresUrl(value: string): boolean {
  return /^postgres(ql)?:\/\/./.test(value) && URL.canParse(value)
}

/** True for a well-formed language tag of BCP 47. */
function isLanguageTag(value: string): boolean {
  try {
    return Intl.getCanonicalLocales(value).length === 1
  } catch {
    return false
  }
}

type Environment = z.infer<typeof environment>

/** The settings of one process; frozen; nothing else reads the environment. */
export interface Config {
  readonly host: string
  readonly port: number
  readonly workers: number | 'auto'
  readonly databaseUrl: string
  readonly databasePoolSize: number
  readonly databaseReplicaUrls: readonly string[]
  readonly adminToken: string | undefined
  readonly writesPerSecond: number
  readonly writeBurst: number
  readonly failedAuthPerMinute: number
  readonly publicUrl: string | undefined
  readonly articlePath: string
  readonly siteName: string | undefined
  readonly siteLanguage: string
  readonly trashDays: number
  readonly revisionsKeep: number
  readonly revisionsDays: number
  readonly adRepeatMinutes: number
  readonly responseCacheMib: number
  readonly changeStreamClients: number
  readonly changeStreamHeartbeatSeconds: number
  readonly overloadRequests: number
  readonly overloadTurnMs: number
  readonly logLevel: Environment['LOG_LEVEL']
  readonly trustProxy: readonly string[] | undefined
  readonly corsOrigins: readonly string[]
}

/** What is wrong with the environment, one variable a line; never its value, which may be a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** Reads the environment. An empty variable counts as unset. Throws ConfigError naming every wrong one. */
export function readConfig(variables: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''))
  const parsed = environment.safeParse(set)
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`)
    throw new ConfigError([...new Set(lines)].join('; '))
  }
  const values = parsed.data
  return Object.freeze({
    host: values.HOST,
    port: values.PORT,
    workers: values.WORKERS,
    databaseUrl: values.DATABASE_URL,
    databasePoolSize: values.DATABASE_POOL_SIZE,
    databaseReplicaUrls: values.DATABASE_REPLICA_URLS,
    adminToken: values.ADMIN_TOKEN,
    writesPerSecond: values.RATE_LIMIT_WRITES_PER_SECOND,
    writeBurst: values.RATE_LIMIT_WRITE_BURST,
    failedAuthPerMinute: values.RATE_LIMIT_FAILED_AUTH_PER_MINUTE,
    publicUrl: values.PUBLIC_URL,
    articlePath: values.ARTICLE_PATH,
    siteName: values.SITE_NAME,
    siteLanguage: Intl.getCanonicalLocales(values.SITE_LANGUAGE)[0] ?? 'en',
    trashDays: values.TRASH_DAYS,
    revisionsKeep: values.REVISIONS_KEEP,
    revisionsDays: values.REVISIONS_DAYS,
    adRepeatMinutes: values.AD_REPEAT_MINUTES,
    responseCacheMib: values.RESPONSE_CACHE_MIB,
    changeStreamClients: values.CHANGE_STREAM_CLIENTS,
    changeStreamHeartbeatSeconds: values.CHANGE_STREAM_HEARTBEAT_SECONDS,
    overloadRequests: values.OVERLOAD_REQUESTS,
    overloadTurnMs: values.OVERLOAD_TURN_MS,
    logLevel: values.LOG_LEVEL,
    trustProxy: values.TRUST_PROXY,
    corsOrigins: values.CORS_ORIGINS,
  })
}

/** Every variable with its default and meaning, for `--help` and the README. */
export function describeConfig(): { name: string; default: string; description: string }[] {
  const defaults: Record<string, unknown> = environment.parse({})
  return Object.entries(environment.shape).map(([name, schema]) => {
    const value = defaults[name]
    const shown = Array.isArray(value) ? value.join(',') : (value ?? '')
    return { name, default: String(shown), description: schema.description ?? '' }
  })
}
