/** `text`: nothing sounds here. How long that takes, and what it costs, is not what a caller on the telephone waits for and is charged. */
export type Medium = 'sound' | 'text';
