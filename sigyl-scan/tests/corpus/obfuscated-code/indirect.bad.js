const blob = "Y29uc29sZS5sb2coMSk=";
[]["constructor"]["constructor"](atob(blob))();
