// A lesson's video: how far it was seen is told to the server now and then, and that it was seen to its end.
import { define } from "../page/dom";
import { headers } from "../page/request";

/** Seconds between two tellings while it plays. */
const PAUSE = 15;

class Video extends HTMLElement {
  private told = 0;

  connectedCallback(): void {
    const media = this.querySelector<HTMLMediaElement>("video, audio");
    if (!media) return;
    media.addEventListener("timeupdate", () => {
      if (Math.abs(media.currentTime - this.told) >= PAUSE) this.tell(media, false);
    });
    media.addEventListener("pause", () => this.tell(media, false));
    media.addEventListener("ended", () => this.tell(media, true));
  }

  private tell(media: HTMLMediaElement, ended: boolean): void {
    if (media.ended && !ended) return;
    this.told = media.currentTime;
    const body = new URLSearchParams({ step: `${Math.trunc(media.currentTime)}`, ended: `${ended}` });
    void fetch(this.dataset["progress"] ?? "", { method: "POST", headers: headers(), body, keepalive: true }).catch(() => {});
  }
}

define("sb-video", Video);
