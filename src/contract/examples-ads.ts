/** Examples of what is read and written to place ads. */

const made = {
  version: 1,
  createdAt: '2024-01-09T07:12:00.000Z',
  updatedAt: '2024-01-09T07:12:00.000Z',
}

export const exampleManagedSlot = {
  id: '018ced2a-4000-7000-8000-00000000f201',
  key: 'article-rectangle',
  name: 'Rectangle in the article',
  place: 'in-body',
  afterBlock: 3,
  sizes: ['300x250'],
  maxPlacements: 1,
  label: 'Advertisement',
  ...made,
}

export const exampleAdvertiser = {
  id: '018ced2a-4000-7000-8000-00000000f301',
  name: 'Scooters & Co',
  status: 'active',
  ...made,
}

export const exampleCreative = {
  id: '018ced2a-4000-7000-8000-00000000f101',
  advertiserId: exampleAdvertiser.id,
  title: 'Electric Scooter X',
  format: 'text',
  clickUrl: 'https://scooters.example/x',
  html: null,
  sizes: ['300x250'],
  exclusionLabels: ['scooters'],
  ...made,
}

export const examplePlacement = {
  id: '018ced2a-4000-7000-8000-00000000f001',
  slotId: exampleManagedSlot.id,
  creativeId: exampleCreative.id,
  position: 1,
  scope: { type: 'section', id: '018ced2a-4000-7000-8000-00000000b001' },
  startsAt: '2024-01-09T08:00:00.000Z',
  endsAt: '2024-01-16T08:00:00.000Z',
  priority: 'standard',
  weight: 1,
  goal: null,
  status: 'active',
  ...made,
}

export const exampleExplainedSlot = {
  slot: 'after-body',
  chosen: [examplePlacement.id],
  candidates: [
    { placementId: examplePlacement.id, eligible: true, reason: null },
    { placementId: '018ced2a-4000-7000-8000-00000000f002', eligible: true, reason: 'slot-full' },
    { placementId: '018ced2a-4000-7000-8000-00000000f003', eligible: false, reason: 'not-started' },
  ],
}
