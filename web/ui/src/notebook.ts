// A lab's page: the notebook or the text file, and the tables beside it.
import "./notebook/cell";
import { openFromAddress } from "./notebook/notebook";
import "./notebook/widgets";
import "./work/document";
import "./work/tables";

openFromAddress();
