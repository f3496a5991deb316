import { describe, expect, it } from 'vitest'
import { description } from '../support/contract.ts'
import { bearer, startServer } from '../support/server.ts'

describe('If-Match', () => {
  it('of another form is told together with the faults of the body, and changes nothing', async () => {
    const { http } = await startServer()
    const { body: tag } = await http.post('/manage/v1/tags').set(bearer()).send({ name: 'Sea' }).expect(201)
    const url = `/manage/v1/tags/${tag.id}`
    for (const ifMatch of ['1', "'1'", '"1" "2"', '*, "1"', '"1",']) {
      const answer = await http.patch(url).set(bearer()).set('if-match', ifMatch).send({ name: '', nope: 1 })
      expect([answer.status, answer.body.code], ifMatch).toEqual([400, 'invalid-parameter'])
      expect(answer.body.errors, ifMatch).toEqual([
        expect.objectContaining({ pointer: '/name' }),
        expect.objectContaining({ pointer: '/nope' }),
        {
          header: 'if-match',
          code: 'invalid-format',
          detail: 'The header `if-match` must be * or quoted tags, such as "3".',
        },
      ])
      const alone = await http.delete(url).set(bearer()).set('if-match', ifMatch)
      expect([alone.status, alone.body.errors.length], ifMatch).toEqual([400, 1])
    }
    expect((await http.get(url).set(bearer()).expect(200)).body).toEqual(tag)
  })

  it('is described as required where 428 is the answer without it, and there alone', () => {
    const wrong: string[] = []
    let required = 0
    for (const [path, item] of Object.entries(description.paths ?? {}))
      for (const method of ['post', 'put', 'patch', 'delete'] as const) {
        const { parameters = [], responses = {} } = item?.[method] ?? {}
        const isRequired = parameters.some(
          (parameter) => 'name' in parameter && parameter.name === 'If-Match' && parameter.required === true,
        )
        if (isRequired) required += 1
        if (isRequired !== '428' in responses) wrong.push(`${method} ${path}`)
      }
    expect(wrong).toEqual([])
    expect(required).toBeGreaterThan(15)
  })
})
