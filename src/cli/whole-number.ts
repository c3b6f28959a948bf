import { InvalidArgumentError } from 'commander';

/** Reads an option that is a whole number from `from` to `to`. */
export function wholeNumber(from: number, to: number): (given: string) => number {
  return (given) => {
    const number = Number(given);
    if (Number.isInteger(number) && number >= from && number <= to) return number;
    throw new InvalidArgumentError(`It takes a whole number from ${from} to ${to}.`);
  };
}
