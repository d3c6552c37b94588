export const Names = { MAKE: "make", LIST: "list-targets" };
