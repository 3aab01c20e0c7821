//! A frame: two lengths, a MessagePack head, and a blob that needs no encoding.
//!
//! ```text
//! u32 length of head and blob | u32 length of head | head | blob
//! ```

use std::io::{ErrorKind, Read, Write};

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Head and blob together. Larger than the largest object a default workspace can hold.
pub const MAX_FRAME_BYTES: usize = 72 * 1024 * 1024;

/// Memory taken before the first byte of a frame has arrived, at most.
const FIRST_CHUNK: usize = 64 * 1024;

/// Up to this size head and blob are copied together, so that a frame is one system call.
const COPIED_BLOB: usize = 64 * 1024;

#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    #[error("a frame of {0} bytes is larger than the bound of {MAX_FRAME_BYTES}")]
    TooLarge(usize),
    #[error("a frame's head is longer than the frame")]
    Torn,
    #[error("a message cannot be written")]
    Encode(#[from] rmp_serde::encode::Error),
    #[error("a message cannot be understood")]
    Decode(#[from] rmp_serde::decode::Error),
    #[error("a message came out of turn")]
    OutOfTurn,
    #[error("the pipe failed")]
    Pipe(#[from] std::io::Error),
}

/// A frame as it was read.
#[derive(Debug)]
pub struct Frame<T> {
    pub message: T,
    pub blob: Bytes,
    /// How many bytes it took on the pipe.
    pub bytes: usize,
}

/// The two lengths and the head of a frame whose blob has `blob` bytes.
///
/// # Errors
/// [`FrameError::TooLarge`] when the frame passes the bound; nothing has been sent then.
pub fn encode<T: Serialize>(message: &T, blob: usize) -> Result<Vec<u8>, FrameError> {
    let mut frame = vec![0_u8; 8];
    rmp_serde::encode::write_named(&mut frame, message)?;
    let head = frame.len() - 8;
    let total = head.saturating_add(blob);
    if total > MAX_FRAME_BYTES {
        return Err(FrameError::TooLarge(total));
    }
    frame[..4].copy_from_slice(&length(total)?);
    frame[4..8].copy_from_slice(&length(head)?);
    Ok(frame)
}

fn length(bytes: usize) -> Result<[u8; 4], FrameError> {
    u32::try_from(bytes).map(u32::to_le_bytes).map_err(|_| FrameError::TooLarge(bytes))
}

/// Writes one frame.
///
/// # Errors
/// When the message is too large or the reader has gone.
pub fn write<T: Serialize>(out: &mut impl Write, message: &T, blob: &[u8]) -> Result<(), FrameError> {
    let mut frame = encode(message, blob.len())?;
    if blob.len() <= COPIED_BLOB {
        frame.extend_from_slice(blob);
        out.write_all(&frame)?;
    } else {
        out.write_all(&frame)?;
        out.write_all(blob)?;
    }
    Ok(out.flush()?)
}

/// Reads one frame, or `None` when the writer closed the pipe between two frames.
///
/// # Errors
/// When the bytes are no frame, or the pipe broke within one. The stream cannot be used any further.
pub fn read<T: DeserializeOwned>(input: &mut impl Read) -> Result<Option<Frame<T>>, FrameError> {
    let Some((total, head)) = read_lengths(input)? else { return Ok(None) };
    if total > MAX_FRAME_BYTES {
        return Err(FrameError::TooLarge(total));
    }
    if head > total {
        return Err(FrameError::Torn);
    }
    let mut body = Vec::with_capacity(total.min(FIRST_CHUNK));
    input.take(total as u64).read_to_end(&mut body)?;
    if body.len() < total {
        return Err(FrameError::Pipe(ErrorKind::UnexpectedEof.into()));
    }
    let body = Bytes::from(body);
    let message = rmp_serde::from_slice(&body[..head])?;
    Ok(Some(Frame { message, blob: body.slice(head..), bytes: total + 8 }))
}

fn read_lengths(input: &mut impl Read) -> Result<Option<(usize, usize)>, FrameError> {
    let mut first = [0_u8; 1];
    loop {
        match input.read(&mut first) {
            Ok(0) => return Ok(None),
            Ok(_) => break,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    let mut rest = [0_u8; 7];
    input.read_exact(&mut rest)?;
    let total = u32::from_le_bytes([first[0], rest[0], rest[1], rest[2]]);
    let head = u32::from_le_bytes([rest[3], rest[4], rest[5], rest[6]]);
    Ok(Some((total as usize, head as usize)))
}
