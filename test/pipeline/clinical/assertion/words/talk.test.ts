import { talkWords } from '../../../../../pipeline/clinical/assertion/words/talk.ts';
import { listens } from './listens.ts';

listens(talkWords, {
  no: ['Never', 'No problem'],
  will: ['We should look', 'We look'],
  kin: ['Her mum', 'A mummy'],
  self: ['It is mine', 'A miner'],
  you: ["You're well", 'Young'],
  have: ['It hurts', 'A hut'],
  ask: ['I googled', 'A goggle'],
  said: ['As you say', 'As they say'],
  unsure: ['I suppose', 'I propose'],
  only: ['Apart from that', 'A part of it'],
  whether: ['Did you', 'Do they'],
  habit: ['He vapes', 'He gapes'],
  reads: ['According to this', 'A cord'],
  confirm: ["You smoke, don't you?", 'You smoke.'],
  friend: ['My neighbour', 'My elbow'],
  kinMore: ["She's ill", 'Shell'],
  bloodKin: ['My late dad', 'My dog'],
  notMe: ['None of us', 'None of it'],
  died: ['It was lost', 'It was last'],
  allNone: ['Neither', 'Either one'],
  allYes: ['The lot', 'A lotion'],
  partly: ['Hardly', 'Hard'],
  dont: ['Honestly', 'Honest'],
});
