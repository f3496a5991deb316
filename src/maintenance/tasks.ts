import type { Db } from '../store/index.ts'
import { dropOldAnswers, forgetAdEvents, tidyImports } from './expired.ts'
import { dropOldRevisions } from './revisions.ts'
import type { MaintenanceTask } from './task.ts'
import { emptyTrash } from './trash.ts'

interface TaskOptions {
  readonly db: Db
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly config: {
    readonly trashDays: number
    readonly revisionsKeep: number
    readonly revisionsDays: number
  }
}

/** Everything that is tidied up from time to time, as far as the operator wants it. */
export function maintenanceTasks({ db, clock, config }: TaskOptions): MaintenanceTask[] {
  const { trashDays, revisionsKeep: keep, revisionsDays: days } = config
  return [
    dropOldAnswers({ db, clock }),
    forgetAdEvents({ db, clock }),
    tidyImports({ db, clock }),
    ...(trashDays === 0 ? [] : [emptyTrash({ db, clock, days: trashDays })]),
    ...(keep === 0 && days === 0 ? [] : [dropOldRevisions({ db, clock, keep, days })]),
  ]
}
