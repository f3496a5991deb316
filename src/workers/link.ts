/** The end of a channel between two processes; `process` in a worker, and what stands for the worker in the primary. */
interface Channel {
  send?(message: object, callback: (error: Error | null) => void): unknown
  on(event: 'message', listener: (message: unknown) => void): unknown
}

/** What can be asked of the other process, by name. */
export type Questions = Readonly<Record<string, (input: never) => unknown>>

/** How this process answers each question; what it throws, the asker is told as the message of an error. */
type Answers<Asked extends Questions> = {
  readonly [Name in keyof Asked]: (
    input: Parameters<Asked[Name]>[0],
  ) => ReturnType<Asked[Name]> | Promise<ReturnType<Asked[Name]>>
}

export interface Link<Asks extends Questions> {
  /** Asks the other process. Rejects when it could not answer, and when it ends before it has. */
  ask<Name extends keyof Asks & string>(
    name: Name,
    input: Parameters<Asks[Name]>[0],
  ): Promise<ReturnType<Asks[Name]>>
  /** Rejects what is asked still and from now on: nobody will answer any more. */
  end(): void
}

interface Waiting {
  readonly resolve: (value: never) => void
  readonly reject: (error: Error) => void
}

interface Question {
  readonly question: string
  readonly id: number
  readonly input: unknown
}

interface Answer {
  readonly answered: number
  readonly value?: unknown
  readonly error?: string
}

/** Questions and answers, both ways, over the channel between a primary and one worker. */
export function createLink<Asks extends Questions, Asked extends Questions>(
  channel: Channel,
  answers: Answers<Asked>,
): Link<Asks> {
  const waiting = new Map<number, Waiting>()
  let last = 0
  let hasEnded = false

  async function answer({ question, id, input }: Question): Promise<void> {
    let reply: Answer
    try {
      const value = await answers[question as keyof Asked]?.(input as never)
      reply = { answered: id, value }
    } catch (error) {
      reply = { answered: id, error: error instanceof Error ? error.message : String(error) }
    }
    send(reply)
  }

  function send(message: Question | Answer): void {
    // It fails where the other process has ended, of which whoever watches it is told.
    channel.send?.(message, () => {})
  }

  channel.on('message', (message) => {
    if (isQuestion(message)) void answer(message)
    else if (isAnswer(message)) {
      const { answered, value, error } = message
      const asked = waiting.get(answered)
      waiting.delete(answered)
      if (error === undefined) asked?.resolve(value as never)
      else asked?.reject(new Error(error))
    }
  })

  return {
    ask(name, input) {
      last += 1
      const id = last
      return new Promise((resolve, reject) => {
        if (hasEnded) return reject(ended())
        waiting.set(id, { resolve, reject })
        send({ question: name, id, input })
      })
    },
    end() {
      hasEnded = true
      for (const { reject } of waiting.values()) reject(ended())
      waiting.clear()
    },
  }
}

const ended = () => new Error('the other process does not answer any more')

function isQuestion(message: unknown): message is Question {
  return typeof message === 'object' && message !== null && 'question' in message
}

function isAnswer(message: unknown): message is Answer {
  return typeof message === 'object' && message !== null && 'answered' in message
}
