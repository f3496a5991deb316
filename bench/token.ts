/** The admin's token of the servers that are measured. */
export const benchToken = 'bench-admin-token-of-at-least-32-characters'
