/* Where Today was left: back from a job, the list stands where it stood and the focus is on that job. */
let top = 0;

export const leaveAt = (scroll: HTMLElement | undefined): void => {
  top = scroll?.scrollTop ?? 0;
};
export const restoreAt = (scroll: HTMLElement | undefined): void => {
  if (scroll) scroll.scrollTop = top;
};
