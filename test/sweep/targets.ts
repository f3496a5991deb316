import type { FastifyInstance } from 'fastify'
import { description } from '../support/contract.ts'
import { unknownId } from '../support/routes.ts'
import { bearer } from '../support/server.ts'
import type { ArticleState } from './article-states.ts'
import { describedAt, exampleBody, isReading, type Operation, parametersOf } from './operations.ts'
import type { Write } from './write.ts'
import type { Zoo } from './zoo.ts'

const articlesPath = '/manage/v1/articles'
/** The ids in the examples of the description: a letter says what they are of. */
const exampleId = /018ced2a-4000-7000-8000-00000000([a-f]\d)\d\d/

/**
 * Where the things are that requests are about, and bodies for them: made by the description alone, of what the API
 * answers where it makes or lists something.
 */
export function createTargets({ app }: { app: FastifyInstance }, zoo: Zoo, write: Write) {
  const known = new Map<string, string>()
  let count = 0

  /** The first item of a list; undefined where there is no list. */
  async function firstOf(template: string, path: string): Promise<Record<string, unknown> | undefined> {
    if (!describedAt('GET', template)) return undefined
    const headers = { ...bearer(), accept: 'application/json' }
    const { statusCode, body } = await app.inject({ method: 'GET', url: path, headers })
    return statusCode === 200 ? (JSON.parse(body).data as Record<string, unknown>[])[0] : undefined
  }

  /** A value of the last parameter of a path: the name of something that is at `parent`. */
  async function idIn(template: string, name: string, parent: string, state: ArticleState): Promise<string> {
    if (template === articlesPath) return (await zoo.makeArticle(state)).id
    const making = describedAt('POST', template)
    if (making?.responses?.['201']) {
      const body = await fillBody({ described: making })
      return (await write('POST', parent.replace('/manage/v1', ''), body as object)).id
    }
    const first = await firstOf(template, parent)
    const listed = first?.[name] ?? first?.slug ?? first?.id
    if (listed !== undefined) return String(listed)
    const example = Object.entries(description.paths ?? {})
      .filter(([path]) => path.startsWith(`${template}/{${name}}`))
      .flatMap(([path]) => parametersOf({ described: describedAt('GET', path) }, 'path'))
      .find((parameter) => parameter.name === name)?.example
    return String(example ?? unknownId)
  }

  async function fillPath(path: string, state: ArticleState): Promise<string> {
    let [template, filled] = ['', '']
    for (const segment of path.split('/').slice(1)) {
      const name = /^\{(\w+)\}$/.exec(segment)?.[1]
      // A parameter within a segment, such as the number of a file.
      if (name === undefined && segment.includes('{')) {
        const examples = parametersOf({ described: describedAt('GET', path) }, 'path')
        filled += `/${segment.replace(/\{(\w+)\}/, (_, inner) => String(examples.find((one) => one.name === inner)?.example))}`
        continue
      }
      filled += `/${name === undefined ? segment : encodeURIComponent(await idIn(template, name, filled, state))}`
      template += `/${segment}`
    }
    return filled.replace('*', 'index.html')
  }

  /** The example of a body, with the ids of things that are there, and keys that are not taken. */
  async function fillBody(operation: Pick<Operation, 'described'>): Promise<unknown> {
    const body = exampleBody(operation)
    if (body === undefined) return undefined
    count += 1
    let text = JSON.stringify(body).replace(/"(key|slug|accountId)":"([^"]+)"/g, `"$1":"$2-${count}"`)
    for (let match = exampleId.exec(text); match; match = exampleId.exec(text))
      text = text.replaceAll(match[0], await idOfKind(match[1] ?? ''))
    return JSON.parse(text)
  }

  /** Letters and digits of what ads are made of. */
  const adPaths: Readonly<Record<string, string>> = {
    f1: '/creatives',
    f2: '/ad-slots',
    f3: '/advertisers',
  }

  async function idOfKind(kind: string): Promise<string> {
    const [letter] = kind
    if (letter === 'a') return zoo.shown.id
    const adPath = adPaths[kind]
    if (adPath !== undefined) {
      const body = await fillBody({ described: describedAt('POST', `/manage/v1${adPath}`) })
      return (await write('POST', adPath, body as object)).id
    }
    const { id } = await write('POST', letter === 'b' ? '/sections' : letter === 'd' ? '/authors' : '/tags', {
      name: 'Transport',
    })
    // The examples speak of version 3.
    for (const name of ['Traffic', 'Public transport'])
      if (letter === 'c') await write('PATCH', `/tags/${id}`, { name })
    return id
  }

  return {
    fillBody,

    /** The target of something that is there. For operations that write, it is there for this one request. */
    async existing(
      operation: Operation,
      state: ArticleState = isReading(operation) ? 'published' : 'draft',
    ): Promise<string> {
      const { path } = operation
      const sample = sampleOf(path, zoo)
      if (sample !== undefined) return sample
      const key = `${path} ${state}`
      const filled = (isReading(operation) ? known.get(key) : undefined) ?? (await fillPath(path, state))
      if (isReading(operation)) known.set(key, filled)
      return filled + requiredQuery(operation)
    },

    /** The target of an operation that makes something, in something that was made for it. */
    parent: (operation: Operation): Promise<string> => fillPath(operation.path, 'draft'),

    /** A target of the form of one, of what never was. */
    unknown: (operation: Operation): string => fillWith(operation.path, unknownId) + requiredQuery(operation),
  }
}

export type Targets = ReturnType<typeof createTargets>

/** The path with one value for all its parameters, which is not encoded. */
export function fillWith(path: string, value: string): string {
  return path.replace(/\{\w+\}/g, () => value).replace('*', 'x')
}

/** The URL that the API gave for something at a path, if it gave one. */
function sampleOf(path: string, { urls }: Zoo): string | undefined {
  const form = new RegExp(`^${path.replace(/[.*]/g, '\\$&').replace(/\{\w+\}/g, '[^/?]+')}(\\?|$)`)
  return path.includes('{') ? urls.find((url) => form.test(url)) : undefined
}

function requiredQuery(operation: Operation): string {
  const required = parametersOf(operation, 'query').filter((parameter) => parameter.required)
  return required.length === 0
    ? ''
    : `?${required.map(({ name, example }) => `${name}=${encodeURIComponent(String(example))}`).join('&')}`
}
