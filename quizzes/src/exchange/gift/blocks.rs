//! A GIFT file in pieces: categories and questions, parted by blank lines; comments are gone.

use super::marks::Marks;

pub(super) enum Block {
    Category(Category),
    Question(Marks),
}

pub(super) struct Category {
    /// `$course$/top/Week 3/ACID`
    pub path: String,
    pub line: u32,
}

/// The pieces in their order.
pub(super) fn split(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines: Vec<(u32, &str)> = Vec::new();
    let text = text.trim_start_matches('\u{feff}');
    for (index, line) in text.lines().enumerate() {
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let bare = line.trim();
        if bare.starts_with("//") {
            continue;
        }
        let category = bare.strip_prefix("$CATEGORY:");
        if bare.is_empty() || category.is_some() {
            close(&mut lines, &mut blocks);
        } else {
            lines.push((number, line));
        }
        if let Some(path) = category {
            blocks.push(Block::Category(Category { path: path.trim().to_owned(), line: number }));
        }
    }
    close(&mut lines, &mut blocks);
    blocks
}

fn close(lines: &mut Vec<(u32, &str)>, blocks: &mut Vec<Block>) {
    if !lines.is_empty() {
        blocks.push(Block::Question(Marks::of(lines)));
        lines.clear();
    }
}
