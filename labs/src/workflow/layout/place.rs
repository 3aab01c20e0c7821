//! Where each item stands: the order within its layer, then its height.

use super::layers::Layers;
use super::{COLUMN_GAP, MARGIN, NODE_HEIGHT, NODE_WIDTH, Point, ROW_GAP};

const ORDER_SWEEPS: usize = 12;
const HEIGHT_SWEEPS: usize = 8;
/// Height kept free for an edge that passes a layer.
const WAYPOINT_HEIGHT: f32 = 12.0;
/// From this height on layers are packed at the top: elsewhere nobody would see the first ones without scrolling.
const TALL: f32 = 1000.0;

/// For each item its left edge and the height of its middle.
pub(super) fn all(layers: &Layers) -> Vec<Point> {
    let rows = ordered(layers);
    let heights = heights(layers, &rows);
    let place = |(item, layer): (usize, &usize)| Point {
        x: MARGIN + *layer as f32 * (NODE_WIDTH + COLUMN_GAP),
        y: heights[item],
    };
    layers.layer.iter().enumerate().map(place).collect()
}

/// The items of each layer from top to bottom. Of all sweeps the one with the fewest crossings counts.
fn ordered(layers: &Layers) -> Vec<Vec<usize>> {
    let count = layers.layer.iter().max().map_or(0, |last| last + 1);
    let mut rows = vec![Vec::new(); count];
    for (item, layer) in layers.layer.iter().enumerate() {
        rows[*layer].push(item);
    }
    let mut best = rows.clone();
    let mut fewest = crossings(layers, &rows);
    for sweep in 0..ORDER_SWEEPS {
        if fewest == 0 {
            break;
        }
        let forward = sweep % 2 == 0;
        let neighbours = if forward { &layers.before } else { &layers.after };
        let order: Vec<usize> =
            if forward { (1..count).collect() } else { (0..count.saturating_sub(1)).rev().collect() };
        for layer in order {
            sort_by_barycentre(&mut rows, layer, if forward { layer - 1 } else { layer + 1 }, neighbours);
        }
        let now = crossings(layers, &rows);
        if now < fewest {
            fewest = now;
            best.clone_from(&rows);
        }
    }
    best
}

fn positions(row: &[usize], items: usize) -> Vec<usize> {
    let mut positions = vec![0; items];
    for (position, item) in row.iter().enumerate() {
        positions[*item] = position;
    }
    positions
}

/// Items without neighbours keep their place, as a position scaled to the other row.
fn sort_by_barycentre(rows: &mut [Vec<usize>], layer: usize, other: usize, neighbours: &[Vec<usize>]) {
    let positions = positions(&rows[other], neighbours.len());
    let scale = rows[other].len() as f32 / rows[layer].len().max(1) as f32;
    let mut keyed: Vec<(f32, usize)> = rows[layer]
        .iter()
        .enumerate()
        .map(|(place, &item)| match neighbours[item].as_slice() {
            [] => (place as f32 * scale, item),
            near => (near.iter().map(|next| positions[*next] as f32).sum::<f32>() / near.len() as f32, item),
        })
        .collect();
    keyed.sort_by(|left, right| left.0.total_cmp(&right.0));
    rows[layer] = keyed.into_iter().map(|(_, item)| item).collect();
}

/// How many pairs of edges cross between neighbouring layers: inversions, counted with a Fenwick tree.
fn crossings(layers: &Layers, rows: &[Vec<usize>]) -> usize {
    rows.windows(2)
        .map(|pair| {
            let positions = positions(&pair[1], layers.layer.len());
            let mut tree = vec![0_usize; pair[1].len() + 1];
            let mut seen = 0;
            let mut crossings = 0;
            for item in &pair[0] {
                let mut targets: Vec<usize> = layers.after[*item].iter().map(|next| positions[*next]).collect();
                targets.sort_unstable();
                crossings += targets.iter().map(|target| seen - prefix(&tree, target + 1)).sum::<usize>();
                seen += targets.len();
                targets.iter().for_each(|target| add(&mut tree, target + 1));
            }
            crossings
        })
        .sum()
}

fn prefix(tree: &[usize], mut index: usize) -> usize {
    let mut sum = 0;
    while index > 0 {
        sum += tree[index];
        index &= index - 1;
    }
    sum
}

fn add(tree: &mut [usize], mut index: usize) {
    while index < tree.len() {
        tree[index] += 1;
        index += index & index.wrapping_neg();
    }
}

/// Height of an item.
pub(super) fn size(item: usize, layers: &Layers) -> f32 {
    if item < layers.tasks { NODE_HEIGHT } else { WAYPOINT_HEIGHT }
}

/// Each item as near to the middle of its neighbours as its row allows.
fn heights(layers: &Layers, rows: &[Vec<usize>]) -> Vec<f32> {
    let size = |item: usize| size(item, layers);
    let mut heights = vec![0.0; layers.layer.len()];
    for row in rows {
        let wanted = vec![0.0; row.len()];
        spread(row, &wanted, size, &mut heights);
    }
    for sweep in 0..HEIGHT_SWEEPS {
        let order: Vec<usize> =
            if sweep % 2 == 0 { (0..rows.len()).collect() } else { (0..rows.len()).rev().collect() };
        for layer in order {
            let row = &rows[layer];
            let wanted: Vec<f32> = row
                .iter()
                .map(|&item| {
                    let near = layers.before[item].iter().chain(&layers.after[item]);
                    let (sum, count) = near.fold((0.0, 0.0), |(sum, count), next| (sum + heights[*next], count + 1.0));
                    if count > 0.0 { sum / count } else { heights[item] }
                })
                .collect();
            spread(row, &wanted, size, &mut heights);
        }
    }
    let top_of = |item: &usize| heights[*item] - size(*item) / 2.0;
    let top = (0..layers.layer.len()).map(|item| top_of(&item)).fold(f32::INFINITY, f32::min);
    if (0..layers.layer.len()).any(|item| top_of(&item) - top > TALL) {
        for row in rows {
            let mut next = top;
            for item in row {
                heights[*item] = next + size(*item) / 2.0;
                next += size(*item) + ROW_GAP;
            }
        }
    }
    heights.iter().map(|height| height - top + MARGIN).collect()
}

/// Gives a row the wanted heights where there is room, else as a block around the middle of what its members want
/// (pool adjacent violators), keeping order and gaps.
fn spread(row: &[usize], wanted: &[f32], size: impl Fn(usize) -> f32, heights: &mut [f32]) {
    // Subtracting the least possible offset of each item turns "keep the gaps" into "do not descend".
    let mut offsets = Vec::with_capacity(row.len());
    let mut offset = 0.0;
    for (place, &item) in row.iter().enumerate() {
        if place > 0 {
            offset += (size(row[place - 1]) + size(item)) / 2.0 + ROW_GAP;
        }
        offsets.push(offset);
    }
    let mut blocks: Vec<(f32, f32)> = Vec::new();
    for (want, offset) in wanted.iter().zip(&offsets) {
        let mut block = (want - offset, 1.0);
        while let Some(last) = blocks.last().filter(|last| last.0 >= block.0).copied() {
            block = ((last.0 * last.1 + block.0 * block.1) / (last.1 + block.1), last.1 + block.1);
            blocks.pop();
        }
        blocks.push(block);
    }
    let levels = blocks.iter().flat_map(|(level, count)| std::iter::repeat_n(*level, *count as usize));
    for ((level, offset), &item) in levels.zip(&offsets).zip(row) {
        heights[item] = level + offset;
    }
}
