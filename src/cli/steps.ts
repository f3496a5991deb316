import { Presets, SingleBar } from 'cli-progress'

export interface Steps {
  /** Tells how much of how much is done; a bar appears with the first. */
  reach(done: number, total: number): void
  stop(): void
}

/** A bar for one long step, on a terminal alone. */
export function showSteps(terminal: NodeJS.WriteStream, task: string): Steps {
  if (!terminal.isTTY) return { reach: () => {}, stop: () => {} }
  const format = `${task} {bar} {percentage} % | {eta_formatted} left`
  const bar = new SingleBar({ stream: terminal, format, etaBuffer: 50 }, Presets.shades_classic)
  let isShown = false
  return {
    reach(done, total) {
      if (!isShown) bar.start(total, done)
      isShown = true
      bar.setTotal(total)
      bar.update(done)
    },
    stop: () => bar.stop(),
  }
}
