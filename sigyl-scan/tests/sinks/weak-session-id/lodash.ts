import _ from 'lodash';
export function newSessionId() { return _.uniqueId('session_'); }
