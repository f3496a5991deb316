import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OpenAPIV3_1 } from 'openapi-types'
import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { assertDescribed, listOperations } from '../../src/http/openapi-checks.ts'
import { tidyComponents } from '../../src/http/openapi-components.ts'
import { startTestApp } from './app.ts'

type Started = Awaited<ReturnType<typeof startTestApp>>

describe('the OpenAPI document', () => {
  let started: Started
  let document: OpenAPIV3_1.Document
  beforeAll(async () => {
    started = await startTestApp()
    document = started.app.swagger() as OpenAPIV3_1.Document
  })
  afterAll(() => started.app.close())

  const operation = (id: string) =>
    listOperations(document).find(({ operation: { operationId } }) => operationId === id)?.operation

  it('is served as JSON and as YAML, the same', async () => {
    const json = await supertest(started.app.server).get('/openapi.json')
    const yaml = await supertest(started.app.server).get('/openapi.yaml').buffer(true)
    expect(json.body).toEqual(JSON.parse(JSON.stringify(document)))
    expect(yaml.headers['content-type']).toBe('application/yaml')
    expect(parse(yaml.text ?? yaml.body.toString())).toEqual(json.body)
    expect(json.headers.etag).toMatch(/^"/)
  })

  it('says who it is', () => {
    expect(document).toMatchObject({
      openapi: '3.1.1',
      info: { title: 'Copydesk API', license: { identifier: 'MIT' } },
      servers: [{ url: '/' }],
    })
  })

  it('has each operation once, with braces in its path', () => {
    expect(operation('writeArticle')).toBeDefined()
    expect(document.paths).toHaveProperty(['/manage/v1/articles/{id}'])
    expect(listOperations(document).filter(({ name }) => /^(HEAD|OPTIONS)|:|\*/.test(name))).toEqual([])
  })

  it('says which operations need a token', () => {
    expect(operation('writeArticle')?.security).toEqual([{ token: [] }])
    expect(operation('getHealth')?.security).toEqual([])
  })

  it('lists all errors of an operation by status, its own and the general ones', () => {
    const statuses = (id: string) => Object.keys(operation(id)?.responses ?? {})
    expect(statuses('writeArticle')).toEqual([
      '200',
      '400',
      '401',
      '403',
      '404',
      '405',
      '408',
      '409',
      '413',
      '414',
      '415',
      '422',
      '429',
      '431',
      '500',
      '503',
    ])
    expect(statuses('getHealth')).toEqual(['200', '400', '405', '408', '414', '431', '500', '503'])
    expect(operation('getHealth')?.responses?.['405']).toEqual({
      $ref: '#/components/responses/method-not-allowed',
    })
    expect(document.components?.responses?.['method-not-allowed']).toMatchObject({
      headers: { Allow: {} },
      content: { 'application/problem+json': {} },
    })
    expect(operation('writeArticle')?.responses?.['429']).toEqual({
      $ref: '#/components/responses/rate-limited',
    })
    expect(document.components?.responses?.['rate-limited']).toMatchObject({
      headers: { 'Retry-After': {}, RateLimit: {}, 'RateLimit-Policy': {} },
    })
    expect(operation('writeArticle')?.responses?.['400']).toMatchObject({
      content: {
        'application/problem+json': {
          schema: { $ref: '#/components/schemas/Problem' },
          examples: {
            'invalid-parameter': { $ref: '#/components/examples/invalid-parameter' },
            'malformed-json': { $ref: '#/components/examples/malformed-json' },
          },
        },
      },
    })
  })

  const headersOf = (id: string, status: string) => {
    const response = operation(id)?.responses?.[status] ?? {}
    return Object.keys(('headers' in response && response.headers) || {})
  }

  it('describes conditional requests of public content alone', () => {
    expect(operation('getPage')?.responses?.['304']).toEqual({ $ref: '#/components/responses/not-modified' })
    expect(operation('getPage')?.parameters).toEqual(
      expect.arrayContaining([
        { $ref: '#/components/parameters/If-None-Match' },
        { $ref: '#/components/parameters/If-Modified-Since' },
      ]),
    )
    for (const id of ['getHealth', 'getMetrics', 'getReadiness', 'act', 'patchArticle'])
      expect(operation(id)?.responses).not.toHaveProperty('304')
  })

  it('describes the headers of successes', () => {
    expect(headersOf('getPage', '200')).toEqual([
      'Cache-Control',
      'Cache-Tag',
      'ETag',
      'Last-Modified',
      'X-Request-Id',
    ])
    expect(headersOf('listSamples', '200')).toContain('Link')
    expect(headersOf('getPage', '200')).not.toContain('Link')
    expect(headersOf('getHealth', '200')).toEqual(['X-Request-Id'])
    const limits = ['RateLimit', 'RateLimit-Policy']
    expect(headersOf('makeSample', '201')).toEqual([
      'ETag',
      'Idempotency-Replayed',
      'Location',
      ...limits,
      'X-Request-Id',
    ])
    expect(headersOf('patchArticle', '200')).toEqual([...limits, 'X-Request-Id'])
    for (const name of headersOf('makeSample', '201'))
      expect(document.components?.headers).toHaveProperty([name, 'description'])
  })

  it('describes no header that the pages of errors do not have', async () => {
    for (const path of ['/problems', '/problems/not-found']) {
      const { headers } = await supertest(started.app.server).get(path)
      expect(headers).toMatchObject({ 'cache-control': 'public, max-age=300', etag: expect.any(String) })
      const again = await supertest(started.app.server).get(path).set('if-none-match', String(headers.etag))
      expect(again.status).toBe(304)
    }
  })

  it('names the media types of bodies, and whether they may be left out', () => {
    const patch = operation('patchArticle')?.requestBody
    expect(Object.keys(patch && 'content' in patch ? patch.content : {})).toEqual([
      'application/merge-patch+json',
      'application/json',
    ])
    expect(patch).toMatchObject({ required: true })
    expect(operation('publishArticle')?.requestBody).toMatchObject({ required: false })
    expect(operation('act')?.requestBody).toBeUndefined()
  })

  it('has every component once, and none that is not used', () => {
    expect(Object.keys(document.components?.schemas ?? {})).toEqual(['Problem', 'TestArticle'])
  })

  it('writes header names as people do', () => {
    expect(operation('writeArticle')?.parameters).toContainEqual(
      expect.objectContaining({ in: 'header', name: 'If-Match' }),
    )
  })

  it('names an operation that is not described', () => {
    expect(() =>
      assertDescribed({
        ...document,
        paths: { '/x': { get: { operationId: 'x', tags: [], responses: {} } } },
      }),
    ).toThrow('GET /x lacks a summary, a tag, an example')
    const { '/healthz': health } = document.paths ?? {}
    expect(() => assertDescribed({ ...document, paths: { '/a': health, '/b': health } })).toThrow(
      'GET /b lacks an operationId of its own (`getHealth` is that of GET /a)',
    )
  })

  it('is refused when a schema refers to what is no component', () => {
    const schema = { $ref: '#/components/schemas/Nowhere' }
    const responses = { 200: { description: '', content: { 'application/json': { schema } } } }
    expect(() => tidyComponents({ ...document, paths: { '/x': { get: { responses } } } })).toThrow(
      'No component `Nowhere`',
    )
  })

  it('has the input form of a component only where it differs', () => {
    const refer = (name: string) => ({ $ref: `#/components/schemas/${name}` })
    const content = {
      'application/json': { schema: { anyOf: [refer('AInput'), refer('CInput'), refer('C')] } },
    }
    const tidy = tidyComponents({
      ...document,
      paths: { '/x': { get: { responses: { 200: { description: '', content } } } } },
      components: {
        schemas: {
          A: { type: 'object', properties: { b: refer('B') } },
          AInput: { type: 'object', properties: { b: refer('BInput') } },
          B: { type: 'string' },
          BInput: { type: 'string' },
          C: { type: 'object', properties: { d: refer('D') } },
          CInput: { type: 'object', properties: { d: refer('DInput') } },
          D: { type: 'string' },
          DInput: { type: 'integer' },
        },
      },
    })
    expect(Object.keys(tidy.components?.schemas ?? {})).toEqual(['A', 'B', 'C', 'CInput', 'D', 'DInput'])
  })

  it('is complete for the routes of this room', () => {
    const paths = Object.entries(document.paths ?? {}).filter(([path]) => !/^\/(v1|manage)\//.test(path))
    expect(paths.map(([path]) => path).toSorted()).toEqual([
      '/healthz',
      '/metrics',
      '/openapi.json',
      '/openapi.yaml',
      '/problems',
      '/problems/{code}',
      '/readyz',
    ])
    expect(() => assertDescribed({ ...document, paths: Object.fromEntries(paths) })).not.toThrow()
  })

  it('passes the linter without a warning', () => {
    const folder = mkdtempSync(join(tmpdir(), 'copydesk-openapi-'))
    const file = join(folder, 'openapi.json')
    writeFileSync(file, JSON.stringify(document))
    const output = execFileSync(
      process.execPath,
      ['node_modules/@redocly/cli/bin/cli.js', 'lint', '--extends=recommended', '--format=json', file],
      {
        encoding: 'utf8',
        env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
      },
    )
    rmSync(folder, { recursive: true })
    expect(JSON.parse(output).problems).toEqual([])
  }, 60_000)
})
