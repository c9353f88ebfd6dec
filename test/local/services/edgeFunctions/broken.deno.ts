// A function that does not start.
throw new Error('not like this');
