// Runs are one at a time in a workspace: what is asked for meanwhile waits its turn, and can leave the queue again.

export interface Job {
  run: () => Promise<boolean>;
  /** Told how many are before it, whenever that changes. */
  onWait: (ahead: number) => void;
  onLeave: () => void;
}

export class RunQueue {
  private readonly waiting: Job[] = [];
  private busy = false;

  /** Runs the job when its turn comes. */
  add(job: Job): void {
    this.waiting.push(job);
    this.tellPlaces();
    void this.work();
  }

  /** Takes a waiting job out; false when it is not waiting (any more). */
  remove(job: Job): boolean {
    const place = this.waiting.indexOf(job);
    if (place < 0) return false;
    this.waiting.splice(place, 1);
    job.onLeave();
    this.tellPlaces();
    return true;
  }

  private clear(): void {
    for (const job of this.waiting.splice(0)) job.onLeave();
  }

  private async work(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    for (let job = this.waiting.shift(); job; job = this.waiting.shift()) {
      this.tellPlaces();
      if (!(await job.run())) this.clear();
    }
    this.busy = false;
  }

  private tellPlaces(): void {
    this.waiting.forEach((job, place) => job.onWait(place + 1));
  }
}
