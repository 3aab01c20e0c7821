//! The graph of a job's tasks: who waits for whom, cycles, and orders.
//!
//! Tasks are numbered as in the file. Dependencies on unknown keys are left out; of tasks with the same key the first
//! one is meant. Nothing here recurses, so that any job fits.

use std::collections::{BTreeSet, HashMap, VecDeque};

use super::job::Job;

#[derive(Clone, Debug, Default)]
pub struct Graph {
    keys: Vec<String>,
    by_key: HashMap<String, usize>,
    /// For each task the tasks that it waits for, in the order of `depends_on`, each once.
    parents: Vec<Vec<usize>>,
    children: Vec<Vec<usize>>,
}

impl Graph {
    pub fn of(job: &Job) -> Self {
        let keys: Vec<String> = job.tasks.iter().map(|task| task.task_key.clone()).collect();
        let mut by_key = HashMap::new();
        for (index, key) in keys.iter().enumerate().filter(|(_, key)| !key.is_empty()) {
            by_key.entry(key.clone()).or_insert(index);
        }
        let mut graph =
            Self { parents: vec![Vec::new(); keys.len()], children: vec![Vec::new(); keys.len()], keys, by_key };
        for (child, task) in job.tasks.iter().enumerate() {
            let mut seen = BTreeSet::new();
            for dependency in &task.depends_on {
                if let Some(&parent) = graph.by_key.get(&dependency.task_key)
                    && seen.insert(parent)
                {
                    graph.parents[child].push(parent);
                    graph.children[parent].push(child);
                }
            }
        }
        graph
    }

    pub fn len(&self) -> usize {
        self.keys.len()
    }

    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    pub fn key(&self, index: usize) -> &str {
        self.keys.get(index).map_or("", String::as_str)
    }

    pub fn index(&self, key: &str) -> Option<usize> {
        self.by_key.get(key).copied()
    }

    pub fn parents(&self, index: usize) -> &[usize] {
        self.parents.get(index).map_or(&[], Vec::as_slice)
    }

    pub fn children(&self, index: usize) -> &[usize] {
        self.children.get(index).map_or(&[], Vec::as_slice)
    }

    /// Whether task `first` must be finished before task `then` may start, directly or through others.
    /// False when either is unknown or both are the same.
    pub fn before(&self, first: &str, then: &str) -> bool {
        match (self.index(first), self.index(then)) {
            (Some(first), Some(then)) if first != then => self.ancestors(then).contains(&first),
            _ => false,
        }
    }

    /// Every task that must be finished before this one starts; holds the task itself only when it is on a cycle.
    pub fn ancestors(&self, index: usize) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut open = self.parents(index).to_vec();
        while let Some(next) = open.pop() {
            if found.insert(next) {
                open.extend_from_slice(self.parents(next));
            }
        }
        found
    }

    /// The tasks that nothing waits for.
    pub fn leaves(&self) -> impl Iterator<Item = usize> {
        (0..self.len()).filter(|&index| self.children(index).is_empty())
    }

    /// An order in which each task comes after those that it waits for, the file's order where there is a choice.
    /// Tasks on a cycle, or behind one, are not in it.
    pub fn topological(&self) -> Vec<usize> {
        let mut waiting: Vec<usize> = self.parents.iter().map(Vec::len).collect();
        let mut ready: BTreeSet<usize> = (0..self.len()).filter(|&index| waiting[index] == 0).collect();
        let mut order = Vec::with_capacity(self.len());
        while let Some(next) = ready.pop_first() {
            order.push(next);
            for &child in self.children(next) {
                waiting[child] -= 1;
                if waiting[child] == 0 {
                    ready.insert(child);
                }
            }
        }
        order
    }

    /// One cycle for each knot of tasks that wait for each other, as a path in the direction of execution whose last
    /// task is followed by its first. Each begins with the knot's first task of the file.
    pub fn cycles(&self) -> Vec<Vec<usize>> {
        self.knots().iter().filter_map(|knot| self.shortest_cycle(knot)).collect()
    }

    /// The shortest way from the knot's first task back to itself.
    fn shortest_cycle(&self, knot: &BTreeSet<usize>) -> Option<Vec<usize>> {
        let start = *knot.first()?;
        let mut came_from = HashMap::new();
        let mut open = VecDeque::from([start]);
        while let Some(next) = open.pop_front() {
            for &child in self.children(next).iter().filter(|child| knot.contains(child)) {
                if child == start {
                    let mut path = vec![next];
                    while let Some(&before) = path.last().and_then(|last| came_from.get(last)) {
                        path.push(before);
                    }
                    path.reverse();
                    return Some(path);
                }
                came_from.entry(child).or_insert_with(|| {
                    open.push_back(child);
                    next
                });
            }
        }
        None
    }

    /// Strongly connected components that hold a cycle (Tarjan 1972, with a stack of its own), in the file's order.
    fn knots(&self) -> Vec<BTreeSet<usize>> {
        let mut search = Search { numbers: vec![None; self.len()], low: vec![0; self.len()], ..Search::default() };
        for root in 0..self.len() {
            search.from(self, root);
        }
        search.knots.sort();
        search.knots
    }
}

#[derive(Default)]
struct Search {
    numbers: Vec<Option<usize>>,
    low: Vec<usize>,
    next_number: usize,
    open: Vec<usize>,
    is_open: BTreeSet<usize>,
    knots: Vec<BTreeSet<usize>>,
}

impl Search {
    fn from(&mut self, graph: &Graph, root: usize) {
        if self.numbers[root].is_some() {
            return;
        }
        let mut path = vec![(root, 0)];
        self.enter(root);
        while let Some((node, visited)) = path.last_mut() {
            let node = *node;
            let Some(&child) = graph.children(node).get(*visited) else {
                path.pop();
                self.leave(graph, node);
                if let Some(&(parent, _)) = path.last() {
                    self.low[parent] = self.low[parent].min(self.low[node]);
                }
                continue;
            };
            *visited += 1;
            match self.numbers[child] {
                None => {
                    self.enter(child);
                    path.push((child, 0));
                }
                Some(number) if self.is_open.contains(&child) => self.low[node] = self.low[node].min(number),
                Some(_) => {}
            }
        }
    }

    fn enter(&mut self, node: usize) {
        self.numbers[node] = Some(self.next_number);
        self.low[node] = self.next_number;
        self.next_number += 1;
        self.open.push(node);
        self.is_open.insert(node);
    }

    /// Closes the component whose first task was `node`.
    fn leave(&mut self, graph: &Graph, node: usize) {
        if self.numbers[node] != Some(self.low[node]) {
            return;
        }
        let mut component = BTreeSet::new();
        while let Some(member) = self.open.pop() {
            self.is_open.remove(&member);
            component.insert(member);
            if member == node {
                break;
            }
        }
        if component.len() > 1 || graph.children(node).contains(&node) {
            self.knots.push(component);
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::super::job::{Dependency, Task};
    use super::*;

    /// A job of tasks `t0`, `t1`, ... with edges from dependency to dependent.
    pub(in super::super) fn job(tasks: usize, edges: &[(usize, usize)]) -> Job {
        let mut job = Job {
            tasks: (0..tasks).map(|index| Task { task_key: format!("t{index}"), ..Task::default() }).collect(),
            ..Job::default()
        };
        for (parent, child) in edges {
            let dependency = Dependency { task_key: format!("t{parent}"), outcome: None };
            job.tasks[*child].depends_on.push(dependency);
        }
        job
    }

    /// Any graph of up to 12 tasks.
    pub(in super::super) fn jobs() -> impl Strategy<Value = Job> {
        (1_usize..12).prop_flat_map(|tasks| {
            prop::collection::vec((0..tasks, 0..tasks), 0..tasks * 2).prop_map(move |edges| job(tasks, &edges))
        })
    }

    /// Any graph without cycles, in any order of the file.
    pub(in super::super) fn acyclic_jobs() -> impl Strategy<Value = Job> {
        (1_usize..14).prop_flat_map(|tasks| {
            let edges = prop::collection::vec((0..tasks, 0..tasks), 0..tasks * 2);
            let ranks = Just((0..tasks).collect::<Vec<_>>()).prop_shuffle();
            (edges, ranks).prop_map(move |(edges, ranks)| {
                let edges: Vec<_> =
                    edges.into_iter().filter(|(parent, child)| ranks[*parent] < ranks[*child]).collect();
                job(tasks, &edges)
            })
        })
    }

    #[test]
    fn a_cycle_is_told_as_the_shortest_way_round() {
        let graph = Graph::of(&job(5, &[(0, 1), (1, 2), (2, 3), (3, 1), (2, 1), (3, 4)]));
        assert_eq!(graph.cycles(), [vec![1, 2]]);
        assert_eq!(Graph::of(&job(2, &[(1, 1)])).cycles(), [vec![1]]);
        assert_eq!(Graph::of(&job(4, &[(0, 1), (1, 0), (2, 3), (3, 2)])).cycles(), [vec![0, 1], vec![2, 3]]);
    }

    #[test]
    fn before_is_transitive_and_false_for_strangers() {
        let graph = Graph::of(&job(4, &[(0, 1), (1, 2)]));
        assert!(graph.before("t0", "t2"));
        assert!(!graph.before("t2", "t0"));
        assert!(!graph.before("t0", "t3"));
        assert!(!graph.before("t0", "nobody"));
    }

    #[test]
    fn a_chain_of_a_hundred_thousand_tasks_does_not_overflow_the_stack() {
        let edges: Vec<_> = (1..100_000).map(|index| (index - 1, index)).chain([(99_999, 0)]).collect();
        let graph = Graph::of(&job(100_000, &edges));
        assert_eq!(graph.cycles()[0].len(), 100_000);
        assert!(graph.topological().is_empty());
    }

    proptest! {
        #[test]
        fn the_topological_order_is_topological_and_complete(job in acyclic_jobs()) {
            let graph = Graph::of(&job);
            let order = graph.topological();
            prop_assert_eq!(order.len(), graph.len());
            prop_assert!(graph.cycles().is_empty());
            let place: HashMap<usize, usize> = order.iter().enumerate().map(|(place, task)| (*task, place)).collect();
            for child in 0..graph.len() {
                for parent in graph.parents(child) {
                    prop_assert!(place[parent] < place[&child]);
                }
                for ancestor in graph.ancestors(child) {
                    prop_assert!(graph.before(graph.key(ancestor), graph.key(child)));
                    prop_assert!(!graph.before(graph.key(child), graph.key(ancestor)));
                }
            }
        }

        #[test]
        fn every_cycle_is_a_closed_path_and_they_are_why_the_order_is_incomplete(job in jobs()) {
            let graph = Graph::of(&job);
            let cycles = graph.cycles();
            for cycle in &cycles {
                for (place, task) in cycle.iter().enumerate() {
                    prop_assert!(graph.children(*task).contains(&cycle[(place + 1) % cycle.len()]));
                }
            }
            prop_assert_eq!(cycles.is_empty(), graph.topological().len() == graph.len());
        }
    }
}
