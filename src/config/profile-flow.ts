/**
 * `flow:` of a profile: what the bot has to find out, step by step, and what it does then. docs/flow.md explains it, flow-shape.ts holds
 * its keys.
 */
import { flowFaults } from './flow-faults.ts';
import { flowShape } from './flow-shape.ts';

export const flowSchema = flowShape.superRefine((flow, context) => {
  for (const { path, message } of flowFaults(flow))
    context.addIssue({ code: 'custom', path: [...path], message });
});
