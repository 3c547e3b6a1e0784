/* Where Today was left: back from a job, the list stands where it stood and the focus is on that job. */
let top = 0;

export const leaveAt = (scroll: HTMLElement | undefined): void => {
  top = scroll?.scrollTop ?? 0;
};
export const restoreAt = (scroll: HTMLElement | undefined): void => {
  if (scroll && top > 0) scroll.scrollTop = top; // asking for the top too would have the page measured before it is shown
};
