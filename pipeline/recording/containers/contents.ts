/** Transcribe's names for the containers that it takes. */
export type MediaFormat = 'amr' | 'flac' | 'mp3' | 'mp4' | 'ogg' | 'wav' | 'webm';

/** What the bytes of a recording hold. */
export interface Contents {
  /** The container's name for people, such as `MP4` or `QuickTime`. */
  container: string;
  /** Transcribe's name for the container; undefined when Transcribe does not take it, and then it is not read further. */
  format: MediaFormat | undefined;
  tracks: Track[];
  /** The file ends before the recording does. */
  truncated: boolean;
}

/** An audio track, measured: what a header says about its length was checked against what the file holds. */
export interface Track {
  codec: string;
  channels: number;
  /** Hertz. */
  sampleRate: number;
  /** Not finite when nothing in the file says how long the track is. */
  seconds: number;
  /** The length was worked out from samples of a file that is too large to be walked over. */
  isEstimate?: boolean;
  /** Of the encoded audio; undefined where the container does not tell tracks apart by size. */
  bytesPerSecond?: number;
}
