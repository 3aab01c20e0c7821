// The quiz clock's arithmetic. The server says how much is left; here it only runs down.

/** `14:32`, `0:09`, `1:02:05`. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const two = (number: number): string => String(number).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

interface Mark {
  seconds: number;
  sentence: string;
}

/** What is said when: at half of the time, at five minutes, at one. Never twice, and not what is over already. */
export class Announcements {
  private readonly marks: Mark[];

  constructor(total: number, left: number) {
    this.marks = [
      { seconds: total / 2, sentence: "Half of the time is over." },
      { seconds: 300, sentence: "Five minutes left." },
      { seconds: 60, sentence: "One minute left." },
    ].filter(({ seconds }) => seconds < total && seconds < left);
  }

  /** The sentence that is due now. */
  due(left: number): string | null {
    let sentence: string | null = null;
    while (this.marks[0] && left <= this.marks[0].seconds) sentence = this.marks.shift()?.sentence ?? null;
    return sentence;
  }
}
