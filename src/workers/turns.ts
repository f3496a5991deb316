interface Waiting<Holder> {
  readonly holder: Holder
  readonly answer: (isGranted: boolean) => void
}

/** Turns at something that only one can have, in the order in which they are asked for. Each holder asks for one at a time. */
export function createTurns<Holder>() {
  const waiting: Waiting<Holder>[] = []
  let current: Holder | undefined

  function goOn(): void {
    const next = waiting.shift()
    current = next?.holder
    next?.answer(true)
  }

  return {
    /** Resolves when it is the holder's turn; false when the holder ended it before it came. */
    take(holder: Holder): Promise<boolean> {
      return new Promise((answer) => {
        waiting.push({ holder, answer })
        if (current === undefined) goOn()
      })
    },

    /** Ends the holder's turn, or its wait for one. */
    end(holder: Holder): void {
      const index = waiting.findIndex((one) => one.holder === holder)
      if (index >= 0) {
        const [given] = waiting.splice(index, 1)
        given?.answer(false)
      }
      if (current === holder) goOn()
    },
  }
}
