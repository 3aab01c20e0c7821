//! Builds anew when a file of the course comes, goes or changes.

fn main() {
    println!("cargo:rerun-if-changed=lakehouse-week3");
}
