// The page of a run needs nothing but to follow it.
import "./work/follow";
