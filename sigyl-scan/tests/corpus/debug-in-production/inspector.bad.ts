import inspector from "node:inspector";

inspector.open(9229, "0.0.0.0");
