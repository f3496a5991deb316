import { Presets, SingleBar } from 'cli-progress'

export interface ImportProgressBar {
  /** Prints a line above the bar. */
  print(stream: NodeJS.WriteStream, line: string): void
  /** Moves to so many bytes, with so many items more. */
  reach(bytes: number, items: number): void
  stop(): void
}

/** A bar over the bytes that are read, with the rate of items and the time left; on a terminal alone. */
export function showImportProgress(
  terminal: NodeJS.WriteStream,
  { total, isShown }: { readonly total: number; readonly isShown: boolean },
): ImportProgressBar {
  if (!isShown || !terminal.isTTY)
    return { print: (stream, line) => void stream.write(`${line}\n`), reach: () => {}, stop: () => {} }
  const format = 'importing {bar} {percentage} % | {items} items | {rate} a second | {eta_formatted} left'
  const bar = new SingleBar({ stream: terminal, format, etaBuffer: 50 }, Presets.shades_classic)
  const start = performance.now()
  let items = 0
  bar.start(Math.max(total, 1), 0, { items, rate: 0 })
  return {
    print(stream, line) {
      terminal.write('\r\x1b[K')
      stream.write(`${line}\n`)
      bar.render()
    },
    reach(bytes, more) {
      items += more
      const rate = Math.round((items * 1_000) / Math.max(performance.now() - start, 1))
      bar.update(Math.min(bytes, total), { items, rate })
    },
    stop: () => bar.stop(),
  }
}

export interface Steps {
  /** Tells how much of how much is done; a bar appears with the first. */
  reach(done: number, total: number): void
  stop(): void
}

/** A bar for one long step, on a terminal alone. */
export function showSteps(
  terminal: NodeJS.WriteStream,
  task: string,
  { isRateShown = false }: { readonly isRateShown?: boolean } = {},
): Steps {
  if (!terminal.isTTY) return { reach: () => {}, stop: () => {} }
  const rateFormat = isRateShown ? ' | {rate} a second' : ''
  const format = `${task} {bar} {percentage} %${rateFormat} | {eta_formatted} left`
  const start = performance.now()
  let first = 0
  const bar = new SingleBar({ stream: terminal, format, etaBuffer: 50 }, Presets.shades_classic)
  let isShown = false
  return {
    reach(done, total) {
      if (!isShown) {
        first = done
        bar.start(total, done, { rate: 0 })
      }
      isShown = true
      bar.setTotal(total)
      bar.update(done, { rate: Math.round(((done - first) * 1_000) / (performance.now() - start)) })
    },
    stop: () => {
      if (isShown) bar.stop()
    },
  }
}
