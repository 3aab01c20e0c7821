// What every page needs.
import "./page/dialogs";
import "./page/forms";
import "./page/grid";
import "./page/local_time";
import "./page/menus";
import "./page/theme";
import "./page/waiting";
import "./work/tables";
