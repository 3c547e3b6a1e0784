/* A half-typed reason, kept under what it is about: the form that asked for it stands open again with it. */
import { kept, type Kept } from "../kept";

export const reasonFor = (about: string): Kept<string> => kept<string>(`reason:${about}`);
export const isHalfSaid = (about: string): boolean => reasonFor(about).read() !== null;
